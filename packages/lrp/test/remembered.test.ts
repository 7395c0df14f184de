/** Relevance that is kept until somebody asks for a report. */
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { remembered } from "../src/run/remembered.ts";

test.each([
  ["mostly zeros", Array.from({ length: 40 }, (_, i) => (i === 7 ? 2.5 : i === 9 ? -0 : i === 11 ? NaN : 0))],
  ["mostly numbers", Array.from({ length: 40 }, (_, i) => i - 20)],
])("what is %s is the same later, whatever becomes of it", (_, values) => {
  const relevance = new Tensor([4, 10], Float32Array.from(values));
  const again = remembered(relevance);
  relevance.data.fill(9);
  const { shape, data } = again();
  expect(shape).toEqual([4, 10]);
  expect([...data].map((value, i) => Object.is(value, values[i]))).toEqual(values.map(() => true));
});
