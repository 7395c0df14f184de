/** The operators of models on tables. */
import type { Operator } from "../operator.ts";
import { features } from "./features.ts";
import { linearModels } from "./linear-models.ts";
import { trees } from "./trees.ts";

/** By operator, the domain included. */
export const tabular: readonly (readonly [string, Operator])[] = [...features, ...linearModels, ...trees];
