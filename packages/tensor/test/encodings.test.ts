import { expect, test } from "vitest";
import { brainFloats, EncodedTensor, halfFloat, halfFloats, levels, tensor, weightsOf } from "../src/index.ts";
import { permutedNumbers, turn } from "../src/permuted-numbers.ts";

test("half floats are what their bits say", () => {
  const bits = Uint16Array.of(0, 0x8000, 0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00);
  const out = new Float32Array(10).fill(7);
  halfFloats(bits).decode(0, 9, out, 1);
  expect([...out]).toEqual(
    [7, 0, -0, 1, -2, 2 ** -24, 1023 * 2 ** -24, 65504, Infinity, -Infinity],
  );
  expect(halfFloat(0x7e00)).toBeNaN();
});

test("brain floats are the upper halves of floats", () => {
  const out = new Float32Array(2);
  brainFloats(Uint16Array.of(0x3f80, 0xc040, 0x0001)).decode(1, 3, out, 0);
  expect([...out]).toEqual([-3, 2 ** -133]);
});

test("levels stand for what scale, zero point and offset make of them, one for all or one per position", () => {
  const out = new Float32Array(6);
  levels(Uint8Array.of(0, 1, 2, 253, 254, 255), { scale: [0.5], offset: -1 }).decode(0, 6, out, 0);
  expect([...out]).toEqual([-1, -0.5, 0, 125.5, 126, 126.5]);
  const along = { shape: [2, 3], axis: 0 };
  levels(Int8Array.of(1, 2, 3, 4, 5, 6), { scale: [2, 10], zero: [1, 4], along }).decode(1, 5, out, 0);
  expect([...out.subarray(0, 4)]).toEqual([2, 4, 0, 10]);
  levels(Int8Array.of(1, 2, 3, 4, 5, 6), { scale: [1, 10, 100], along: { ...along, axis: 1 } }).decode(0, 6, out, 0);
  expect([...out]).toEqual([1, 20, 300, 4, 50, 600]);
});

test("axes in another order are stored as they were", () => {
  const along = { shape: [2, 3], axis: 1 };
  const encoded = levels(Int8Array.of(1, 2, 3, 4, 5, 6), { scale: [1, 10, 100], along });
  const out = new Float32Array(6);
  encoded.permuted!([2, 3], [1, 0]).decode(0, 6, out, 0);
  expect([...out]).toEqual([1, 4, 20, 50, 300, 600]);
  expect([...permutedNumbers(Uint8Array.from({ length: 12 }, (_, i) => i), [2, 2, 3], [2, 0, 1])]).toEqual(
    [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11],
  );
  halfFloats(Uint16Array.of(0x3c00, 0x4000)).permuted!([1, 2], [1, 0]).decode(0, 2, out, 0);
  brainFloats(Uint16Array.of(0x3f80, 0x4000)).permuted!([1, 2], [1, 0]).decode(0, 2, out, 2);
  expect([...out.subarray(0, 4)]).toEqual([1, 2, 1, 2]);
});

test("what is turned is written where it belongs, and nowhere else", () => {
  const from = Uint16Array.from({ length: 3 * 70 }, (_, i) => i);
  const to = new Uint16Array(3 * 130).fill(9);
  const read: Parameters<typeof turn<Uint16Array>>[0] = (start, end, out, at) => out.set(from.subarray(start, end), at);
  turn(read, 0, Int32Array.of(0, 70, 140), 70, to, 3, new Uint16Array(64 * 64));
  const turned = Array.from({ length: 3 * 70 }, (_, i) => (i % 3) * 70 + Math.floor(i / 3));
  expect([...to]).toEqual([9, 9, 9, ...turned, ...new Array<number>(3 * 59).fill(9)]);
});

test.each<readonly [readonly number[], readonly number[]]>([
  [[], []], [[5], [0]], [[0, 3], [1, 0]], [[3, 70], [1, 0]], [[70, 3], [1, 0]], [[130, 65], [1, 0]],
  [[2, 3, 4], [0, 2, 1]], [[2, 3, 4], [1, 0, 2]],
  [[3, 3, 67, 66], [3, 2, 0, 1]], [[5, 3, 2, 70], [2, 3, 1, 0]], [[4, 70, 1, 3], [1, 3, 0, 2]],
])("an array %j in the order %j is the array, element by element", (shape, axes) => {
  const from = Uint16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
  const steps = axes.map((axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const extents = axes.map((axis) => shape[axis]!);
  const wanted = [...from].map((_, at) => {
    let [rest, offset] = [at, 0];
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      offset += (rest % extents[axis]!) * steps[axis]!;
      rest = Math.floor(rest / extents[axis]!);
    }
    return offset;
  });
  expect([...permutedNumbers(from, shape, axes)]).toEqual(wanted);
  const floats = new Float32Array(from.length);
  expect(permutedNumbers(Float32Array.from(from), shape, axes, floats)).toBe(floats);
  expect([...floats]).toEqual(wanted);
});

test.each<readonly [readonly number[], readonly number[]]>([
  [[3, 3, 2, 20], [3, 2, 0, 1]], [[5, 70, 130], [2, 1, 0]], [[2, 1, 16], [2, 0, 1]], [[3, 2, 20, 1], [2, 3, 0, 1]],
])("an array %j in the order %j is decoded from where it is stored", (shape, axes) => {
  const bits = Uint16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0x3c00 + i);
  const wanted = new Float32Array(bits.length);
  halfFloats(permutedNumbers(bits, shape, axes)).decode(0, bits.length, wanted, 0);
  const turned = halfFloats(bits).permuted!(shape, axes);
  const [all, part] = [new Float32Array(bits.length), new Float32Array(bits.length - 5)];
  turned.decode(0, bits.length, all, 0);
  expect(all).toEqual(wanted);
  // Ends of rows, and whole ones in between.
  turned.decode(3, bits.length - 4, part, 2);
  expect(part).toEqual(Float32Array.from([0, 0, ...wanted.subarray(3, -4)]));
  const again = turned.permuted!(axes.map((axis) => shape[axis]!), [1, 0, ...axes.slice(2).map((_, i) => i + 2)]);
  const both = [axes[1]!, axes[0]!, ...axes.slice(2)];
  halfFloats(permutedNumbers(bits, shape, both)).decode(0, bits.length, wanted, 0);
  again.decode(0, bits.length, all, 0);
  expect(all).toEqual(wanted);
});

test("an encoded tensor is a tensor: shape, data, what is made of it", () => {
  const encoded = levels(Int8Array.of(1, -2, 3, -4), { scale: [0.5] });
  const weight = new EncodedTensor([2, 2], encoded);
  expect([weight.size, [...weight.data], weight.data === weight.data]).toEqual([4, [0.5, -1, 1.5, -2], true]);
  expect(weightsOf(weight.reshape([4]))).toBe(encoded);
  expect([...weight.rows(1, 2).data]).toEqual([1.5, -2]);
  const changed = weight.through((part, from) => part.forEach((value, i) => (part[i] = value + from + i)));
  expect([...changed.data]).toEqual([0.5, 0, 3.5, 1]);
  expect({ ...weight }.data).toEqual(weight.data);
  expect(new EncodedTensor([2, 2], levels(Int8Array.of(1, -2, 3, 4), { scale: [0.5] }))).not.toEqual(weight);
  expect(() => new EncodedTensor([3], encoded)).toThrow("Tensor: takes 3 elements for shape [3], got 4");
  expect(weightsOf(tensor([1]))).toBeInstanceOf(Float32Array);
});
