import { ShapeError, tensor, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { blank, imageToTensor, paste, resize, tensorToImage, type Image } from "../src/index.ts";
import { rgb, flatten } from "../src/image/image.ts";
import { fit } from "../src/image/resize.ts";

const image = (width: number, ...data: readonly number[]): Image => ({
  width,
  height: data.length / 4 / width,
  data: Uint8ClampedArray.from(data),
});
const grays = (width: number, ...values: readonly number[]): Image =>
  image(width, ...values.flatMap((value) => [value, value, value, 255]));
const reds = ({ data }: Image): number[] => Array.from(data.filter((_, i) => i % 4 === 0));

test("imageToTensor keeps channels apart and maps 0 and 255 to its range", () => {
  const { shape, data } = imageToTensor(image(2, 255, 0, 51, 255, 0, 255, 102, 255));
  expect(shape).toEqual([1, 3, 1, 2]);
  expect(Array.from(data)).toEqual([1, 0, 0, 1, Math.fround(0.2), Math.fround(0.4)]);
  const shifted = imageToTensor(image(1, 255, 0, 51, 255), { range: [-1, 1] });
  expect(Array.from(shifted.data)).toEqual([1, -1, Math.fround(-0.6)]);
});

test("one channel is the brightness, and exactly the byte where a picture is gray", () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  const { shape, data } = imageToTensor(grays(16, ...all), { channels: 1, range: [0, 255] });
  expect(shape).toEqual([1, 1, 16, 16]);
  expect(Array.from(data)).toEqual(all);
  // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 59.8 + 58.7 + 5.7
  const colored = imageToTensor(image(1, 200, 100, 50, 255), { channels: 1, range: [0, 255] });
  expect(colored.data[0]).toBeCloseTo(124.2, 4);
});

test("transparent pixels show the background", () => {
  const clear = image(1, 9, 9, 9, 0);
  expect(Array.from(imageToTensor(clear).data)).toEqual([1, 1, 1]);
  expect(Array.from(imageToTensor(clear, { background: [0, 255, 51] }).data)).toEqual([0, 1, Math.fround(0.2)]);
});

test("tensorToImage undoes imageToTensor", () => {
  const colors = image(2, 1, 2, 3, 255, 4, 5, 6, 255, 250, 251, 252, 255, 0, 128, 255, 255);
  expect(tensorToImage(imageToTensor(colors))).toEqual(colors);
  expect(tensorToImage(imageToTensor(colors, { range: [-2, 7] }), { range: [-2, 7] })).toEqual(colors);
});

test("tensorToImage takes [H, W], [C, H, W] and batches, with alpha as a fourth channel", () => {
  expect(tensorToImage(tensor([[0, 1]]))).toEqual(grays(2, 0, 255));
  expect(tensorToImage(tensor([[[0.2]], [[0.4]], [[0.6]], [[0.8]]]))).toEqual(image(1, 51, 102, 153, 204));
  const batch = new Tensor([2, 1, 1, 1], Float32Array.of(0, 1));
  expect(reds(tensorToImage(batch, { sample: 1 }))).toEqual([255]);
  expect(reds(tensorToImage(tensor([[-5, NaN, 0, 5]]), { range: "extrema" }))).toEqual([0, 0, 128, 255]);
  expect(reds(tensorToImage(tensor([[-1, 2]])))).toEqual([0, 255]);
  expect(reds(tensorToImage(tensor([[3, 3]]), { range: "extrema" }))).toEqual([128, 128]);
});

test("tensorToImage and imageToTensor refuse what is no picture", () => {
  const takes = "tensorToImage: takes [N, C, H, W], [C, H, W] or [H, W] with C of 1, 3 or 4, got";
  expect(() => tensorToImage(new Tensor([2, 1, 1], new Float32Array(2)))).toThrow(`${takes} [2, 1, 1]`);
  expect(() => tensorToImage(new Tensor([4], new Float32Array(4)))).toThrow(`${takes} [4]`);
  expect(() => tensorToImage(new Tensor([0, 4], new Float32Array(0)))).toThrow(ShapeError);
  expect(() => tensorToImage(tensor([[1]]), { sample: 1 })).toThrow(
    "tensorToImage: takes a sample from 0 to 0, got 1",
  );
  expect(() => imageToTensor(blank(1, 1), { channels: 2 as 1 })).toThrow(
    "imageToTensor: takes 1 or 3 channels, got 2",
  );
});

test("colours may be written in three ways", () => {
  expect(rgb("#1fA")).toEqual([0x11, 0xff, 0xaa]);
  expect(rgb("#1020fe")).toEqual([0x10, 0x20, 0xfe]);
  expect(rgb([1, 2, 3])).toEqual([1, 2, 3]);
  for (const wrong of ["red", "#12", "#12345", [1, 2], [1, 2, 256], [1, NaN, 2]]) {
    expect(() => rgb(wrong as string)).toThrow(/^rgb: takes "#rgb", "#rrggbb" or three numbers from 0 to 255, got /);
  }
});

test("blank makes pictures of one colour, or of none", () => {
  expect(blank(2, 1, "#010203")).toEqual(image(2, 1, 2, 3, 255, 1, 2, 3, 255));
  expect(blank(1, 1)).toEqual(image(1, 0, 0, 0, 0));
  for (const [width, height] of [[0, 1], [1, -1], [1.5, 1], [2 ** 20, 2 ** 20], [NaN, 1]] as const) {
    const takes = "blank: takes whole extents with 1 to 536870911 pixels";
    expect(() => blank(width, height)).toThrow(`${takes}, got ${width} × ${height}`);
  }
});

test("paste copies whole pictures", () => {
  const onto = grays(3, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  paste(grays(2, 1, 2, 3, 4), onto, 1, 1);
  expect(reds(onto)).toEqual([0, 0, 0, 0, 1, 2, 0, 3, 4]);
});

test("flatten mixes with the background by alpha", () => {
  // α = 102 / 255 = 0.4: 0.4 · 50 + 0.6 · 100 = 80.
  expect(flatten(image(1, 50, 50, 50, 102), [100, 100, 100])).toEqual(image(1, 80, 80, 80, 255));
});

test("resize repeats pixels where it enlarges", () => {
  expect(resize(grays(2, 1, 2), 4, 2)).toEqual(grays(4, 1, 1, 2, 2, 1, 1, 2, 2));
  expect(reds(resize(grays(2, 1, 2), 3, 1))).toEqual([1, 2, 2]); // middles at 1/3, 1, 5/3
});

test("resize averages areas where it shrinks", () => {
  expect(reds(resize(grays(4, 0, 100, 50, 150), 2, 1))).toEqual([50, 100]);
  // Two of three: the first covers all of 0 and half of 90, the second the other half and all of 30.
  expect(reds(resize(grays(3, 0, 90, 30), 2, 1))).toEqual([30, 50]);
  expect(reds(resize(grays(2, 0, 100, 50, 150), 1, 1))).toEqual([75]);
});

test("resize weighs colours by their alpha", () => {
  const mixed = image(2, 200, 0, 0, 255, 0, 0, 0, 0);
  expect(resize(mixed, 1, 1)).toEqual(image(1, 200, 0, 0, 128));
  expect(resize(image(2, 9, 9, 9, 0, 9, 9, 9, 0), 1, 1)).toEqual(image(1, 0, 0, 0, 0));
});

test("fit enlarges by whole numbers and shrinks by any", () => {
  expect([fit(blank(3, 2), 10)].map(({ width, height }) => [width, height])).toEqual([[9, 6]]);
  expect([fit(blank(30, 20), 15)].map(({ width, height }) => [width, height])).toEqual([[15, 10]]);
  expect([fit(blank(300, 1), 10)].map(({ width, height }) => [width, height])).toEqual([[10, 1]]);
});
