/** Features of a row: what each is called, its value, its relevance. */
import { alongLastAxis } from "../relevance-form.ts";
import { relevantOf, type Relevant } from "../relevant.ts";
import { checkTensor, optionsOf, type Tensor } from "@relprop/tensor";

/** A feature and its relevance. */
export interface RelevantFeature {
  readonly name: string;
  /** What the network was given. */
  readonly value?: number;
  readonly relevance: number;
}

/** What is known of the features of a row. */
export interface FeatureOptions {
  /** A name each; `feature 0`, … unless given. */
  readonly names?: readonly string[];
  /** What the network was given, in the shape of the relevance. */
  readonly input?: Tensor;
  /** Which sample of a batch; the first unless given. */
  readonly sample?: number;
}

/** The features of a row `[N, F]`, in its order. Throws a `RangeError` where names or values are not one each. */
export function features(explained: Relevant, options: FeatureOptions = {}): readonly RelevantFeature[] {
  const { names, input, sample = 0 } = optionsOf("features", options);
  relevantOf("features", explained);
  if (input !== undefined) checkTensor("features input", input);
  const relevance = alongLastAxis(explained, sample);
  if (names !== undefined && names.length !== relevance.length) {
    throw new RangeError(`features: takes a name for each of ${relevance.length} features, got ${names.length}`);
  }
  const given = input === undefined ? undefined : { relevance: input, layout: explained.layout };
  const values = given === undefined ? undefined : alongLastAxis(given, sample);
  if (values !== undefined && values.length !== relevance.length) {
    throw new RangeError(`features: takes a value for each of ${relevance.length} features, got ${values.length}`);
  }
  return Array.from(relevance, (each, i) => ({
    name: names?.[i] ?? `feature ${i}`, ...(values !== undefined && { value: values[i]! }), relevance: each,
  }));
}

/** The most relevant first, of either sign; those behind the first `most` as one, if there are any. */
export function strongestFeatures(all: readonly RelevantFeature[], most: number): readonly RelevantFeature[] {
  const size = ({ relevance }: RelevantFeature): number => (Number.isNaN(relevance) ? Infinity : Math.abs(relevance));
  const order = all.toSorted((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
  if (order.length <= most) return order;
  const others = order.slice(most - 1);
  const relevance = others.reduce((sum, each) => sum + each.relevance, 0);
  return [...order.slice(0, most - 1), { name: `${others.length} others`, relevance }];
}
