/** Every function that people call, with every argument and option wrong in fifteen ways. */
import { expect, test } from "vitest";
import { complaints, type Calls } from "./calls.ts";
import { layersCalls } from "./layers-calls.ts";
import { lrpCalls } from "./lrp-calls.ts";
import { tensorCalls } from "./tensor-calls.ts";

/** What a pass asks of each of its values, made and checked by what asks. */
const EACH = "is asked of each value of a pass by what has made it, and all that explain would carry the check";

/** What takes apart what only this library makes. */
const PASS = "reads a forward pass, or its parts, which `forward` alone makes, and every program would carry the check";

/** What leaves some of it to the engine, and why. */
const TRUSTING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tensor: {
    allFinite: EACH, evaluate: EACH, Program: EACH,
    withDeadline: "says what it takes of its time; its body is a function in every program there is",
  },
  layers: { isAffine: EACH, outputChannels: "is asked by readers of layers that they have made" },
  lrp: {
    explainedInput: PASS, overflows: PASS, tapeOf: PASS, copyAt: EACH, stabilizedQuotient: EACH,
    outputOf: "is asked by analyzers of models that they have checked", startAt: "is asked of outputs that a pass made",
    ModelCheckError: "is thrown by `LRP`, which made the check",
  },
};

test.each<readonly [string, Calls]>([
  ["tensor", tensorCalls()], ["layers", layersCalls()], ["lrp", lrpCalls()],
])("%s answers what is wrong in sentences of its own", async (name, calls) => {
  const found = await complaints(calls);
  const known = new Set(Object.keys(TRUSTING[name]!));
  expect([...found].filter(([who]) => !known.has(who))).toEqual([]);
  expect([...known].filter((who) => !found.has(who))).toEqual([]);
}, 60_000);
