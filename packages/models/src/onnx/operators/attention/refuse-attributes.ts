/** What an attention node asks for and does not get. */
import type { Operation } from "../../operation.ts";

/** Throws a `RangeError` for an attribute besides these, unless it is a number that turns it off. */
export function refuseAttributes({ node }: Operation, known: readonly string[]): void {
  for (const [name, { integer, float, text, tensor, graph, ...lists }] of node.attributes) {
    const isSaid = lists.texts.length + lists.integers.length + lists.floats.length > 0 || (text ?? "") !== "" ||
      tensor !== undefined || graph !== undefined;
    const isOff = !isSaid && (integer ?? 0) <= 0 && (float ?? 0) === 0;
    if (!known.includes(name) && !isOff) {
      throw new RangeError(`takes no attribute besides ${known.join(", ")}, got ${name}`);
    }
  }
}
