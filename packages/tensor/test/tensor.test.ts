/** Tensors as text, and samples made batches. */
import { batched, Integers, integers, ones, ShapeError, stack, Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

test("a tensor prints its shape and its first values", () => {
  expect(String(tensor([[1, -2.5], [0.1, NaN]]))).toBe("Tensor [2, 2]: 1, -2.5, 0.1, NaN");
  expect(`${ones([3, 4])}`).toBe("Tensor [3, 4]: 1, 1, 1, 1, 1, 1, 1, 1, …");
  expect(String(tensor(7))).toBe("Tensor []: 7");
  expect(String(new Tensor([0, 3], new Float32Array()))).toBe("Tensor [0, 3]");
  expect(String(tensor([123456.789, 1e-20]))).toBe("Tensor [2]: 123457, 1e-20");
});

test("tensors of one shape are stacked along a new axis", () => {
  expect(stack([tensor([1, 2]), tensor([3, 4]), tensor([5, 6])])).toEqual(tensor([[1, 2], [3, 4], [5, 6]]));
  expect(stack([tensor(1), tensor(2)])).toEqual(tensor([1, 2]));
  expect(stack([ones([2, 0])]).shape).toEqual([1, 2, 0]);
  const one = tensor([1]);
  stack([one]).data[0] = 2;
  expect(one.data[0]).toBe(1);
});

test("batches are joined along their first axis", () => {
  expect(batched([tensor([[1, 2]]), tensor([[3, 4], [5, 6]])])).toEqual(tensor([[1, 2], [3, 4], [5, 6]]));
  expect(batched([ones([0, 2]), ones([1, 2])]).shape).toEqual([1, 2]);
});

test("whole numbers are joined like floats, and keep their type", () => {
  expect(batched([integers([1, 2], [1, 2]), integers([3, 4], [1, 2])])).toEqual(integers([1, 2, 3, 4], [2, 2]));
  const masks = [0, 1].map((bit) => new Integers([2], Uint8Array.of(bit, 1), "bool"));
  expect(stack(masks)).toEqual(new Integers([2, 2], Uint8Array.of(0, 1, 1, 1), "bool"));
  expect(() => stack([ones([2]), integers([1, 2])])).toThrow("stack: takes values of one type, got floats and int64");
});

test.each<[() => Tensor, string]>([
  [() => stack([]), "stack: takes at least one tensor, got none"],
  [() => stack([ones([1, 2]), ones([2])]), "stack: takes tensors of one shape, got [1, 2] and [2]"],
  [() => batched([]), "batched: takes at least one tensor, got none"],
  [() => batched([ones([1, 2]), ones([1, 3])]), "batched: takes batches of one shape of sample, got [1, 2] and [1, 3]"],
  [() => batched([tensor(1), tensor(2)]), "batched: takes batches of one shape of sample, got [] and []"],
])("what does not fit is refused, %#", (act, message) => {
  expect(act).toThrow(new ShapeError(message));
});

test("values given for a shape make a short sentence", () => {
  const values = Array.from({ length: 500 }, (_, i) => i + 0.5);
  expect(() => tensor([1], values)).toThrow(
    "takes extents that are whole numbers >= 0, got [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, … 500 extents]",
  );
});

test.each<[unknown, string]>([
  [[[1, 2], [3], [4, 5, 6]], "tensor: takes lists as long as the first, 2, got 1"],
  [[[], [1]], "tensor: takes lists as long as the first, 0, got 1"],
  [[[1, 2], [3, [4]]], "tensor: takes numbers in lists as deep as the first, got a list"],
  [[[1, 2], 3], "tensor: takes numbers in lists, got 3"],
  [[1, , 3], "tensor: takes numbers in lists as deep as the first, got undefined"],
  [[1, null], "tensor: takes numbers in lists as deep as the first, got null"],
  [[1, true], "tensor: takes numbers in lists as deep as the first, got true"],
  [[1, "2"], "tensor: takes numbers in lists as deep as the first, got 2"],
  [[undefined], "tensor: takes numbers in lists, got undefined"],
  [BigInt64Array.of(1n), "tensor: takes numbers in lists, got 1"],
  [new Date(), "tensor: takes numbers in lists, got an object"],
  [new Map(), "tensor: takes numbers in lists, got an object"],
  [new DataView(new ArrayBuffer(4)), "tensor: takes numbers in lists, got an object"],
  [tensor([1]), "tensor: takes numbers in lists, got an object"],
])("lists that are no tensor are refused, %#", (values, message) => {
  expect(() => tensor(values as never)).toThrow(message);
});

test("lists that hold themselves are refused, and those that are too deep", () => {
  const [first, last]: [unknown[], unknown[]] = [[], [1]];
  first.push(first);
  last.push(last);
  let deep: unknown = 1;
  for (let i = 0; i < 1e5; i++) deep = [deep];
  for (const values of [first, deep]) {
    expect(() => tensor(values as never)).toThrow("tensor: takes lists up to 64 deep, got deeper ones");
  }
  expect(() => tensor(last as never)).toThrow("tensor: takes numbers in lists as deep as the first, got a list");
});

test("lists may be typed, and nested as one likes where a shape is given", () => {
  expect(tensor([Float64Array.of(1, 2), Uint8Array.of(3, 4)])).toEqual(tensor([[1, 2], [3, 4]]));
  expect(tensor([[1, 2], [3, 4]], [4])).toEqual(tensor([1, 2, 3, 4]));
  expect(tensor([[], []]).shape).toEqual([2, 0]);
});

test.each([[new Float64Array(2), "Float64Array"], [[1, 2], "a list"], ["ab", "ab"]])(
  "tensors hold nothing but 32-bit floats, %#", (data, got) => {
    expect(() => new Tensor([2], data as never)).toThrow(new TypeError(`Tensor: takes a Float32Array, got ${got}`));
  },
);
