/** Several copies of a batch that share what it saw. */
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { addSharedProduct, addStacks, copiesOf, copyAt, perCopy, stackShape } from "@relprop/lrp";

const stack = tensor([[1, 2], [3, 4], [5, 6], [7, 8]]); // two copies of a batch of two

test("stacks hold whole copies of a batch", () => {
  expect(copiesOf(stack, [2, 2])).toBe(2);
  expect(stackShape([2, 2], 2)).toEqual([4, 2]);
  expect([...copyAt(stack, [2, 2], 1).data]).toEqual([5, 6, 7, 8]);
  expect(copiesOf(tensor([], [0, 2]), [0, 2])).toBe(1);
});

test("what fewer copies hold counts for each of more, whichever comes first", () => {
  const once = tensor([[10, 20], [30, 40]]);
  const wanted = [11, 22, 33, 44, 15, 26, 37, 48];
  expect([...addStacks(stack, once).data]).toEqual(wanted);
  expect([...addStacks(once, stack).data]).toEqual(wanted);
  expect(addStacks(once, stack).shape).toEqual([4, 2]);
});

test("a shared factor meets every copy", () => {
  const out = tensor([[1, 1], [1, 1], [1, 1], [1, 1]]);
  addSharedProduct(2, tensor([[1, 0], [0, 1]]), stack, out);
  expect([...out.data]).toEqual([3, 1, 1, 9, 11, 1, 1, 17]);
});

test("what is done per copy is stacked again, one tensor per result", () => {
  const [first, second] = perCopy(stack, [2, 2], (copy, k) => [copy, tensor([[k], [k]])]);
  expect(first).toEqual(stack);
  expect([...second!.data]).toEqual([0, 0, 1, 1]);
});
