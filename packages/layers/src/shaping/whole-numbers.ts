/** Lists of whole numbers, as shapes, axes and places are given. */
import { checkKind } from "@relprop/tensor";

/** Throws a `TypeError` for what should be a list of numbers and is none. */
export function checkList(who: string, given: unknown): void {
  checkKind(who, "a list of whole numbers", given, Array.isArray(given) || ArrayBuffer.isView(given));
}
