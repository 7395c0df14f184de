/** How explanations are measured, for every subcommand that does. */
import {
  blur, constant, histogram, linear, mean, patches, pixels, features, segments, type FlippingOptions, type Imputer,
  type UnitChoice,
} from "@relprop/evaluate";
import { wholeNumber, type Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import { UsageError } from "../terminal.ts";

/** The options of every subcommand that hides parts of inputs. */
export const evaluationOptions: readonly Option[] = [
  {
    name: "units",
    value: "NAME",
    help: "what is hidden together: patches (the default: 28 along the longest side), patches:N of N pixels, pixels, " +
      "segments:N, or features of a row",
  },
  {
    name: "imputer",
    value: "NAME",
    help: "what stands where something is hidden: mean of the channel (the default), blur:N, linear:N (neighbours " +
      "and noise), histogram, or a number",
  },
  { name: "score", value: "NAME", help: "what is read: probability (the default for classes), logit or margin" },
  { name: "steps", value: "N", help: "in how many steps everything is hidden (25 by default)" },
  { name: "seed", value: "N", help: "for random orders (1 by default)" },
];

/** What was chosen of them. */
export function chooseEvaluation(given: Given): FlippingOptions {
  const [units, imputer, score] = ["units", "imputer", "score"].map((name) => given.text(name));
  const [steps, seed] = ["steps", "seed"].map((name) => given.text(name));
  return {
    ...(units === undefined ? {} : { units: chooseUnits(units) }),
    ...(imputer === undefined ? {} : { imputer: chooseImputer(imputer) }),
    ...(score === undefined ? {} : { score: chooseScore(score) }),
    ...(steps === undefined ? {} : { steps: wholeNumber("steps", steps, 1) }),
    ...(seed === undefined ? {} : { seed: wholeNumber("seed", seed) }),
  };
}

function chooseUnits(text: string): UnitChoice {
  const [name, count] = text.split(":");
  if (name === "patches") return count === undefined ? patches() : patches(wholeNumber("units", count, 1));
  if (name === "pixels") return pixels();
  if (name === "segments") return segments(count === undefined ? {} : { count: wholeNumber("units", count, 1) });
  if (name === "features") return features();
  throw new UsageError(`--units takes patches, patches:N, pixels, segments:N or features, got "${text}"`);
}

function chooseImputer(text: string): Imputer {
  const [name, argument] = text.split(":");
  const value = argument === undefined ? undefined : Number(argument);
  if (name === "mean") return mean();
  if (name === "blur") return blur(value);
  if (name === "linear") return linear(value);
  if (name === "histogram") return histogram();
  if (text.trim() !== "" && Number.isFinite(Number(text))) return constant(Number(text));
  throw new UsageError(`--imputer takes mean, blur:N, linear:N, histogram or a number, got "${text}"`);
}

function chooseScore(text: string): "probability" | "logit" | "margin" {
  if (text === "probability" || text === "logit" || text === "margin") return text;
  throw new UsageError(`--score takes probability, logit or margin, got "${text}"`);
}
