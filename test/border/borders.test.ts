/** Every function that people call, with every argument and option wrong in fifteen ways. */
import { expect, test } from "vitest";
import { complaints, type Calls } from "./calls.ts";
import { layersCalls } from "./layers-calls.ts";
import { lrpCalls } from "./lrp-calls.ts";
import { tensorCalls } from "./tensor-calls.ts";

/** What leaves some of it to the engine: what passes and readers call with what they made. */
const TRUSTING: Readonly<Record<string, readonly string[]>> = {
  tensor: [
    "Tensor", "Integers", "EncodedTensor", "ArenaRun", "tensor", "integers", "stack", "batched", "clone", "add",
    "multiply", "map", "zip", "sum", "sumAxis", "sumTo", "dot", "argmax", "permute", "moveAxis", "broadcastTo",
    "broadcastShape", "allFinite", "sizeOf", "sameShape", "relativeError", "toChannelsFirst", "fromChannelsFirst",
    "halfFloats", "brainFloats", "withDeadline", "scope", "evaluate", "Program",
  ],
  layers: [
    "AdaptiveAvgPool", "AdaptiveMaxPool", "Gather", "Resize", "Pick", "Collect", "Taps", "TreeEnsemble", "Recurrent",
    "Model", "ModelNode", "Model.shapes", "activate", "isAffine", "outputChannels",
  ],
  lrp: [
    "planOf", "LRP.scratch", "ModelCheckError", "compositeToJson", "copyAt", "explainedInput",
    "integratedGradientsRun", "modifiedGradients", "outputOf", "overflows", "patchingEffects", "quotientRule",
    "smoothGrad", "stabilizedQuotient", "startAt", "tapeOf",
  ],
};

test.each<readonly [string, Calls]>([
  ["tensor", tensorCalls()], ["layers", layersCalls()], ["lrp", lrpCalls()],
])("%s answers what is wrong in sentences of its own", async (name, calls) => {
  const found = await complaints(calls);
  const known = new Set(TRUSTING[name]);
  expect([...found].filter(([who]) => !known.has(who))).toEqual([]);
  expect([...known].filter((who) => !found.has(who))).toEqual([]);
}, 60_000);
