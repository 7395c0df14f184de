/** What files build lists by that set elements in place. */
import { STEP } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Sequence, Value } from "../value.ts";
import { any } from "./branches.ts";
import type { Operator } from "./operator.ts";
import { applied, decidedConstant, whole, type Decisive } from "./unrolled.ts";

/** What these operators are called: no file has them, readers of other formats write them down. */
export const LISTS = { reserve: "list:Reserve", set: "list:Set", scatter: "list:Scatter" } as const;

/** Lists of so many elements, none of which is there yet, and lists with an element, or several, at given places. */
export const lists: readonly (readonly [string, Operator])[] = [
  [LISTS.reserve, (op) => {
    const [count = 0] = placesAt(op, 0).value;
    if (!(count >= 0)) throw new RangeError(`takes a length >= 0, got ${count}`);
    op.graph.budget.positions.take(STEP + count);
    return { kind: "sequence", items: new Array<string>(count).fill("") };
  }],
  [LISTS.set, (op) => {
    const { value: [place = -1], held } = placesAt(op, 1);
    return placed(op, list(op), [place], [held(op.node.inputs[2] ?? "")]);
  }],
  [LISTS.scatter, (op) => {
    const { value: places, held } = placesAt(op, 1);
    const all = held(op.node.inputs[2] ?? "");
    const cut = places.map((_, i) => applied(op, "Gather", [all, whole(op, i)], { axis: 0 })[0]!);
    return placed(op, list(op), places, cut);
  }],
];

function list(op: Operation): Sequence {
  const value = any(op, 0);
  if (value.kind !== "sequence") throw new RangeError("takes a list, got another value");
  return value;
}

/** Whole numbers that the file or shapes decide. */
function placesAt(op: Operation, input: number): Decisive<readonly number[]> {
  const value = op.value(input);
  if (value === undefined) throw new RangeError(`takes an input ${input}, got none`);
  const found = decidedConstant(op, value);
  return { value: Array.from(found.value.data), held: found.held };
}

function placed(op: Operation, { items }: Sequence, places: readonly number[], values: readonly string[]): Value {
  op.graph.budget.positions.take(items.length + places.length);
  const made = [...items];
  places.forEach((place, i) => {
    if (!(place >= 0 && place < made.length)) {
      throw new RangeError(`takes places in a list of ${made.length}, got ${place}`);
    }
    made[place] = values[i]!;
  });
  return { kind: "sequence", items: made };
}
