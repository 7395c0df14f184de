/** What `explain` may be told. */
import type { DecodeImageOptions } from "@relprop/heatmap";
import type { AnalyzeOptions, Composite, Target } from "@relprop/lrp";
import type { LoadModelOptions } from "@relprop/models";
import { checkKind, optionsOf, type Layout } from "@relprop/tensor";
import type { NamedCompositeOptions } from "./composite-name.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { FitOptions } from "./fit-picture.ts";

/** What `explain` may be given besides a model and an input; every option has a default. */
export interface ExplainOptions
  extends Omit<AnalyzeOptions, "target">, NamedCompositeOptions,
    Pick<DecodeImageOptions, "jpeg" | "signal" | "maxPixels">,
    Pick<LoadModelOptions, "bind" | "files" | "outputs" | "shapes"> {
  /** What is explained: the largest output by default; a label where there are `labels`. */
  readonly target?: Target | string;
  /** A composite, or the name of one; by default what suits the network. */
  readonly composite?: Composite | string;
  /**
   * How pictures are made to fit: `"fit"` (to the model's size), `"imagenet"`, `"inception"`, `"symmetric"`, `"bytes"`,
   * or sizes, means and deviations of your own. As they are, with values from 0 to 1, unless given.
   */
  readonly preprocess?: string | FitOptions;
  /** What black and white become; `[0, 1]` unless given. A model that reads bytes gets them as they are. */
  readonly range?: readonly [low: number, high: number];
  /** Where channels stand, for models that do not say. */
  readonly layout?: Layout;
  /** Names of the outputs. */
  readonly labels?: readonly string[];
  /** Names of the features of rows. */
  readonly features?: readonly string[];
}

/** All of them, so that a mistyped one can be told. */
const NAMES: Readonly<Record<keyof ExplainOptions, true>> = {
  bias: true, bind: true, box: true, composite: true, deadline: true, features: true, files: true, jpeg: true,
  labels: true, layers: true, layout: true, maxPixels: true, output: true, outputs: true, preprocess: true, range: true,
  shapes: true, signal: true, start: true, sums: true, target: true,
};

/** Throws a `TypeError` for options that there are not, or of other kinds, which callers without types may pass. */
export function checkExplainOptions(options: ExplainOptions): void {
  optionsOf("explain", options);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(NAMES, name)) continue;
    const known = Object.keys(NAMES);
    throw new TypeError(`explain: takes the options ${known.join(", ")}, got "${name}"${didYouMean(name, known)}`);
  }
  const { composite, preprocess, labels, features } = options;
  const isNamed = (value: unknown): boolean =>
    typeof value === "string" || (typeof value === "object" && value !== null);
  const check = (name: string, value: unknown, takes: string, fits: boolean): void =>
    checkKind("explain", `${takes} as ${name}`, value, value === undefined || fits);
  check("composite", composite, "a composite or the name of one", isNamed(composite));
  check("preprocess", preprocess, "a name, or sizes, means and deviations", isNamed(preprocess));
  for (const [name, names] of [["labels", labels], ["features", features]] as const) {
    check(name, names, "a list of names", Array.isArray(names) && names.every((each) => typeof each === "string"));
  }
}
