/** What an operator on values without relevance makes: its type and number of axes, as far as the file says. */
import type { DType } from "../../dtype.ts";
import type { Attributes } from "../attributes.ts";
import type { FlowFacts, Operation } from "../operation.ts";
import type { Flow, Known } from "../value.ts";

/** A node whose results are asked for before they are there. */
export interface Asked {
  readonly attributes: Attributes;
  /** The numbers of axes of its inputs, 0 for those left out; `undefined` where the file leaves them open. */
  readonly ranks: readonly (number | undefined)[];
  /** The type of an input; `undefined` where it is left out. */
  type(input: number): DType | undefined;
  /** The length of a list that is an input, or an attribute; `undefined` where that is not known. */
  length(input: number, attribute: string): number | undefined;
}

/** What is known beforehand of what an operator makes, where it is not as with most. */
export interface Outcome {
  /** Inputs whose values, not only their shapes, decide its shape. */
  readonly decisive?: readonly number[];
  /** Whether floats that it makes carry no relevance either: they are tables and scales. */
  readonly ends?: boolean;
  /** Whether it is left empty where only shapes are asked for, and the operator looks at no more than a few numbers. */
  readonly shaped?: boolean;
  /** Whether the operator reads no numbers, or hands them on as they are. */
  readonly unread?: boolean;
  /** Whether it takes encoded floats as they are, though it reads them. */
  readonly takesEncoded?: boolean;
  /** The type of the first output; by default that of the first input. */
  readonly type?: (node: Asked) => DType;
  /** The types of the outputs behind it; by default that of the first. */
  readonly others?: readonly DType[];
  /** The number of axes; by default the most of any input. */
  readonly rank?: (node: Asked, output: number) => number | undefined;
}

type Input = Flow | Known | undefined;

/** The facts about one of an operator's outputs, given its inputs. */
export function resultOf(
  { attributes }: Operation, inputs: readonly Input[], output: number, { type, others, rank = mostAxes }: Outcome,
): FlowFacts & { readonly dtype: DType } {
  const typeOf = (index: number): DType | undefined => {
    const input = inputs[index];
    return input?.kind === "flow" ? input.dtype : input?.constant.dtype;
  };
  const asked: Asked = {
    attributes,
    ranks: inputs.map((input) =>
      input === undefined ? 0 : input.kind === "flow" ? input.rank : input.constant.shape.length),
    type: typeOf,
    length: (index, attribute) => {
      const input = inputs[index];
      if (input?.kind === "flow") return undefined;
      return input?.constant.data.length ?? attributes.integers(attribute)?.length;
    },
  };
  return { dtype: others?.[output - 1] ?? type?.(asked) ?? typeOf(0) ?? "F32", rank: rank(asked, output) };
}

function mostAxes({ ranks }: Asked): number | undefined {
  return ranks.reduce<number | undefined>(
    (most, rank) => (most === undefined || rank === undefined ? undefined : Math.max(most, rank)), 0,
  );
}

/** The number of axes of the first input. */
export function keptRank({ ranks }: Asked): number | undefined {
  return ranks[0];
}

/** A number of axes that follows from values, or is not worked out. */
export function openRank(): undefined {
  return undefined;
}

/** A number of axes and so many more, or fewer by a sign of -1; `undefined` where either is open. */
export function moreAxes(rank: number | undefined, more: number | undefined, sign = 1): number | undefined {
  return rank === undefined || more === undefined ? undefined : rank + sign * more;
}
