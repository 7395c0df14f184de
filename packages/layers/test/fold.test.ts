import { Conv, foldAfter, foldBefore } from "@relprop/layers";
import { map, zip } from "@relprop/tensor";
import { expect, test } from "vitest";
import { expectClose } from "./closeness.ts";
import { randomTensor, tensorOf } from "./random.ts";

const scale = randomTensor([6], 1, 0.5, 2);
const shift = randomTensor([6], 2);
const x = randomTensor([2, 6, 5], 3);
const perChannel = (of: typeof scale): typeof scale => tensorOf([2, 6, 5], ([, c]) => of.data[c!]!);

test.each([1, 2, 3])("a convolution of %i groups takes up a scale and a shift before it", (groups) => {
  const conv = new Conv(randomTensor([6, 6 / groups, 3], 4), { bias: randomTensor([6], 5), groups });
  const scaled = zip(zip(x, perChannel(scale), (a, b) => a * b), perChannel(shift), (a, b) => a + b);
  expectClose(foldBefore(conv, scale, shift)!.forward(x), conv.forward(scaled));
});

test.each([1, 2, 3])("a convolution of %i groups takes up a scale and a shift after it", (groups) => {
  const conv = new Conv(randomTensor([6, 6 / groups, 1], 4), { bias: randomTensor([6], 5), groups });
  const y = conv.forward(x);
  const channel = (i: number): number => Math.floor(i / 5) % 6;
  const wanted = map(y, (value, i) => value * scale.data[channel(i)]! + shift.data[channel(i)]!);
  expectClose(foldAfter(conv, scale, shift)!.forward(x), wanted);
});

test("a padded convolution takes up a scale before it, but no shift", () => {
  const conv = new Conv(randomTensor([2, 6, 3], 4), { padding: 1 });
  expect(foldBefore(conv, scale, shift)).toBeUndefined();
  const scaled = zip(x, perChannel(scale), (a, b) => a * b);
  expectClose(foldBefore(conv, scale, undefined)!.forward(x), conv.forward(scaled));
});
