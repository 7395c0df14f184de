// The drawings of the theory, by the names of their files.
import { account } from "./account.js";
import { attention } from "./attention.js";
import { backThroughLayers } from "./back-through-layers.js";
import { canonised } from "./canonised.js";
import { formula } from "./formula.js";
import { gates } from "./gates.js";
import { parts } from "./parts.js";

export const drawings = {
  formula, "back-through-layers": backThroughLayers, account, parts, attention, gates, canonised,
};
