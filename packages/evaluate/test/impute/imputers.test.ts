import { Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { blur, constant, histogram, linear, mean, type Imputation } from "@relprop/evaluate";
import { randomFor } from "../../src/draw/random.ts";

const draw = (id: number) => () => randomFor(1, id, "test");
/** What stands where elements are hidden. */
const values = (imputation: Imputation, hidden: Uint8Array): readonly number[] =>
  Array.from(typeof imputation === "function" ? imputation(hidden) : imputation);
const all = (size: number): Uint8Array => new Uint8Array(size).fill(1);
const picture = new Tensor([1, 2, 3, 3], Float32Array.from({ length: 18 }, (_, i) => (i < 9 ? i : 100 + 2 * i)));

test("the mean is that of each channel, wherever channels stand", () => {
  expect([...values(mean().prepare(picture, undefined, draw(0)), all(18))]).toEqual([
    ...new Array<number>(9).fill(4), ...new Array<number>(9).fill(126),
  ]);
  const last = tensor([[[[1, 10], [3, 30]]]]);
  expect([...values(mean().prepare(last, "channelsLast", draw(0)), all(4))]).toEqual([2, 20, 2, 20]);
});

test("a histogram draws from the values of the channel, the same for the same sample", () => {
  const drawn = [...values(histogram().prepare(picture, undefined, draw(3)), all(18))];
  expect(drawn.slice(0, 9).every((value) => value < 9)).toBe(true);
  expect(drawn.slice(9).every((value) => value > 100)).toBe(true);
  expect([...values(histogram().prepare(picture, undefined, draw(3)), all(18))]).toEqual(drawn);
  expect([...values(histogram().prepare(picture, undefined, draw(4)), all(18))]).not.toEqual(drawn);
});

test("a blur keeps constants and the sum, and is the same along both axes", () => {
  const constantly = new Tensor([1, 1, 5, 4], new Float32Array(20).fill(3));
  for (
    const value of values(blur(2).prepare(constantly, undefined, draw(0)), all(20))
  ) expect(value).toBeCloseTo(3, 12);
  const dot = new Tensor([1, 1, 5, 5], Float32Array.from({ length: 25 }, (_, i) => Number(i === 12)));
  const blurred = [...values(blur(1).prepare(dot, undefined, draw(0)), all(25))];
  expect(blurred.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(blurred[11]).toBeCloseTo(blurred[7]!, 12);
  // Weights e^0, e^-1/2, e^-2, e^-9/2, of which the outer ones come back from the mirrors beyond the border.
  const total = 1 + 2 * (Math.exp(-0.5) + Math.exp(-2) + Math.exp(-4.5));
  expect(blurred[12]).toBeCloseTo((1 / total) ** 2, 12);
});

test("a constant is a number or a tensor of the sample's size", () => {
  expect([...values(constant(7).prepare(tensor([[1, 2]]), undefined, draw(0)), all(2))]).toEqual([7, 7]);
  expect(
    [...values(constant(tensor([[3, 4]])).prepare(tensor([[1, 2]]), undefined, draw(0)), all(2))]
  ).toEqual([3, 4]);
  expect(() => constant(tensor([[3]])).prepare(tensor([[1, 2]]), undefined, draw(0))).toThrow(
    "constant: takes a tensor of 2 elements, got 1",
  );
});

test("linear imputation solves for all hidden positions: each is the weighted mean of its neighbours", () => {
  const side = 6;
  const random = randomFor("picture");
  const image = new Tensor([1, 1, side, side], Float32Array.from({ length: side * side }, random.uniform));
  const hidden = Uint8Array.from({ length: side * side }, () => Number(random.uniform() < 0.6));
  const filled = values(linear(0).prepare(image, undefined, draw(0)), hidden);
  hidden.forEach((is, i) => {
    if (is === 0) return expect(filled[i]).toBe(image.data[i]);
    const [row, column] = [Math.floor(i / side), i % side];
    let [sum, weights] = [0, 0];
    for (const down of [-1, 0, 1]) {
      for (const right of [-1, 0, 1]) {
        const [r, c] = [row + down, column + right];
        if ((down === 0 && right === 0) || r < 0 || c < 0 || r >= side || c >= side) continue;
        const weight = down === 0 || right === 0 ? 1 / 6 : 1 / 12;
        sum += weight * filled[r * side + c]!;
        weights += weight;
      }
    }
    expect(filled[i]).toBeCloseTo(sum / weights, 6);
  });
  const flat = values(linear(0).prepare(image, undefined, draw(0)), all(side * side));
  const average = image.data.reduce((a, b) => a + b, 0) / image.size;
  for (let i = 0; i < image.size; i++) expect(flat[i]).toBeCloseTo(average, 6);
});

test("the noise of linear imputation belongs to the position, whatever else is hidden", () => {
  const image = new Tensor([1, 1, 1, 4], Float32Array.of(1, 1, 1, 1));
  const impute = linear(0.5).prepare(image, undefined, draw(9));
  const [some, more] = [values(impute, Uint8Array.of(0, 1, 0, 0)), values(impute, Uint8Array.of(0, 1, 1, 0))];
  expect(some[1]).not.toBe(1);
  expect(more[1]).toBeCloseTo(some[1]!, 12);
  expect(more[2]).not.toBe(more[1]);
});
