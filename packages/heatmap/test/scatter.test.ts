import { expect, test } from "vitest";
import { scatter } from "@relprop/heatmap";

test("points stand where they are, in the colours of their groups", () => {
  const drawing = scatter(
    [{ x: 0, y: 0, group: 0, name: "<a>" }, { x: 2, y: 4, group: 1 }, { x: 1, y: 1, group: 0 }], 100,
  );
  const [, ...points] = drawing.shapes;
  expect(points.map((shape) => (shape.kind === "box" ? [shape.x, shape.y, shape.fill] : []))).toEqual([
    [7, 7, "#3a86c8"], [87, 87, "#d9542b"], [47, 27, "#3a86c8"],
  ]);
  expect(drawing.svg()).toContain("<title>&#60;a&#62;</title>");
  expect(drawing.alt).toBe("a map of 3 samples in 2 groups");
});

test("points in one place stand in a corner", () => {
  const { shapes: [, first] } = scatter([{ x: 3, y: 3, group: 0 }], 100);
  expect(first).toMatchObject({ x: 7, y: 7 });
});
