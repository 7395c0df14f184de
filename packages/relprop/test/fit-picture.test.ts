/** Pictures as models take them. */
import { Flatten, Model } from "@relprop/layers";
import { expect, test } from "vitest";
import { boxOf, fitPicture } from "../src/fit-picture.ts";

const model = new Model({
  inputs: [{ name: "x", shape: [undefined, 1, 2, 2] }],
  nodes: [{ name: "flat", layer: new Flatten(), inputs: ["x"], index: [0] }], outputs: ["flat"],
});

test("a wide picture loses its sides and keeps its proportions", () => {
  const [width, height] = [8, 4];
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
    const column = Math.floor(i / 4) % width;
    return i % 4 === 3 || (column >= 1 && column < 7) ? 255 : 0;
  });
  const { value, image } = fitPicture("who", model, { width, height, data }, { fit: "model" });
  expect([image.width, image.height]).toEqual([2, 2]);
  expect(Math.min(...value.data)).toBeGreaterThan(0.9);
});

test("the box of normalised pictures is what black and white become", () => {
  expect(boxOf({ mean: [0.5, 0.25], std: [0.5] })).toEqual([[-1, -0.5], [1, 1.5]]);
});
