import { tensor, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { imagenet, preprocess, readLabels } from "../src/index.ts";

/** 5 × 7 pixels, `(37 i mod 50) / 50`. */
const picture = new Tensor([1, 1, 5, 7], Float32Array.from({ length: 35 }, (_, i) => ((i * 37) % 50) / 50));

// By Pillow 9.4: Image.fromarray(picture).resize((width, height), Image.BILINEAR).
test.each<readonly [readonly [number, number], readonly number[]]>([
  [[2, 3], [0.473377, 0.490909, 0.57987, 0.395065, 0.535401, 0.465844]],
  [[9, 3], [
    0.42, 0.514118, 0.662857, 0.48, 0.495686, 0.651429, 0.58, 0.464967, 0.632381, 0.489524, 0.486536, 0.518095,
    0.351429, 0.521176, 0.38, 0.332381, 0.490458, 0.48, 0.337143, 0.485882, 0.540318, 0.437143, 0.585882, 0.441905,
    0.497143, 0.645882, 0.382857,
  ]],
])("resizing to %j averages as Pillow does", (resize, expected) => {
  const result = preprocess(picture, { resize });
  expect(result.shape).toEqual([1, 1, ...resize]);
  result.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test("one number resizes the shorter side and keeps the aspect ratio, rounding down", () => {
  expect(preprocess(picture, { resize: 3 }).shape).toEqual([1, 1, 3, 4]);
  expect(preprocess(picture, { resize: 5 })).toBe(picture);
});

test("a crop takes the middle, zeros where the picture ends", () => {
  const rows = tensor([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]);
  expect([...preprocess(rows, { crop: 1 }).data]).toEqual([5]);
  expect([...preprocess(rows, { crop: [1, 5] }).data]).toEqual([0, 4, 5, 6, 0]);
  expect([...preprocess(rows, { crop: 2 }).data]).toEqual([1, 2, 4, 5]); // (3 − 2) / 2 rounds to the even 0
});

test("what a crop shows is, to the last bit, what resizing and cropping makes", () => {
  let state = 7;
  const random = (most: number): number => 1 + ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % most);
  for (let round = 0; round < 60; round++) {
    const [height, width] = [random(23), random(23)];
    const values = Float32Array.from({ length: 2 * height * width }, () => random(99) / 99);
    const x = new Tensor([1, 2, height, width], values);
    const resize = round % 2 ? random(31) : [random(31), random(31)] as const;
    const crop = [random(19), random(19)] as const;
    const [whole, part] = [preprocess(preprocess(x, { resize }), { crop }), preprocess(x, { resize, crop })];
    expect(part.shape).toEqual(whole.shape);
    expect(part.data).toEqual(whole.data);
  }
});

test("a picture of any proportions takes the work of what is made of it", () => {
  const tall = new Tensor([1, 1, 100_000, 1], new Float32Array(100_000).fill(0.5));
  const started = performance.now();
  expect(preprocess(tall, { resize: 256, crop: 224 }).data.every((value) => Math.abs(value - 0.5) < 1e-6)).toBe(true);
  expect(preprocess(tall, { resize: [4, 5] }).shape).toEqual([1, 1, 4, 5]);
  expect(performance.now() - started).toBeLessThan(4000);
  expect(() => preprocess(tall, { resize: 256 })).toThrow("makes 33554432 pixels at most, got 25600000 × 256");
  expect(() => preprocess(picture, { crop: [1, 8], maxPixels: 7 })).toThrow("makes 7 pixels at most, got 1 × 8");
});

test("mean and deviation are per channel, or one for all", () => {
  const x = tensor([[[[1, 2]], [[3, 4]]]]);
  expect([...preprocess(x, { mean: [1, 2], std: [1, 2] }).data]).toEqual([0, 1, 0.5, 1]);
  expect([...preprocess(x, { mean: [1], std: [0.5] }).data]).toEqual([0, 2, 4, 6]);
});

test("imagenet makes any colour picture what its classifiers take", () => {
  const gray = new Tensor([1, 3, 300, 400], new Float32Array(360_000).fill(0.5));
  const result = preprocess(gray, imagenet);
  expect(result.shape).toEqual([1, 3, 224, 224]);
  expect(result.data[0]).toBeCloseTo(0.015 / 0.229, 5);
});

test.each<readonly [Parameters<typeof preprocess>[1], string]>([
  [{ mean: [1, 2] }, "takes a mean of 1 or 1 numbers, got 2"],
  [{ std: [0] }, "takes std > 0, got 0"],
  [{ crop: 0 }, "takes crop of whole numbers >= 1, got 0 and 0"],
])("preprocess refuses %j", (options, message) => {
  expect(() => preprocess(picture, options)).toThrow(message);
});

test.each([
  ["cat\r\ndog\n\nfish\n\n", ["cat", "dog", "", "fish"]],
  ['["cat", "dog"]', ["cat", "dog"]],
  ['{"1": ["n2", "dog"], "0": ["n1", "cat"]}', ["cat", "dog"]],
])("readLabels reads %j", (text, labels) => {
  expect(readLabels(text)).toEqual(labels);
});

test.each([
  ['{"0": "cat", "2": "dog"}', "takes labels of classes 0 to 1, got none of 1"],
  ["[1]", "takes labels that are text, got 1"],
  ['[["cat", [1]]]', "takes labels that are text, got a list"],
  ["[null]", "takes labels that are text, got null"],
  ["[[]]", "takes labels that are text, got nothing"],
  ["[", "takes JSON, got the end of the text"],
])("readLabels refuses %s", (text, message) => {
  expect(() => readLabels(text)).toThrow(message);
});
