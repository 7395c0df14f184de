/** All suites by name. Importing one does nothing; its `cases` are made when they are asked for. */
import { cases as concepts } from "./suites/concepts.js";
import { cases as kernels } from "./suites/kernels.js";
import { cases as layers } from "./suites/layers.js";
import { cases as models } from "./suites/models.js";
import { cases as rules } from "./suites/rules.js";

/** Functions from `{ tiny }` to cases: a label, `make()` that prepares and returns the work, flops where they count. */
export const suites = { kernels, layers, rules, models, concepts };
