/** The page of formats and operators, made of what the readers know. */
import { ARCHIVES } from "../../packages/models/src/files/archives.ts";
import type { FileKind } from "../../packages/models/src/files/file-kind.ts";
import { MESSAGES } from "../../packages/models/src/files/messages.ts";
import { SIGNATURES } from "../../packages/models/src/files/signatures.ts";
import { TEXTS } from "../../packages/models/src/files/texts.ts";
import { EVERY_OPERATOR } from "../../packages/models/src/onnx/operators/operators.ts";
import { CONTROL } from "../../packages/models/src/tfjs/graph/control/control.ts";
import { GRAPH_OPERATORS } from "../../packages/models/src/tfjs/graph/operators.ts";
import { KERAS_LAYERS } from "../../packages/models/src/tfjs/keras-layers.ts";

/** How many cases of a tier of the ONNX project's own test suite pass. */
export interface Tier {
  readonly tier: number;
  readonly cases: number;
  readonly passed: number;
}

/** The page as Markdown. */
export function formatsPage(tiers: readonly Tier[]): string {
  const { operators, folds, structures: structural } = EVERY_OPERATOR;
  const layers = sorted(operators.keys());
  const graphs = sorted(["Const", "NoOp", "Placeholder", ...CONTROL, ...GRAPH_OPERATORS.keys()]);
  // Names with a colon are of what readers write down themselves.
  const structures = sorted(structural.keys()).filter((name) => !operators.has(name) && !name.includes(":"));
  const calculated = sorted(folds.keys()).filter((name) => !operators.has(name) && !structural.has(name));
  return `${[
    "# Formats and operators",
    "What is read, and what anything else is answered with. This page is made of the code by `npm run formats`.",
    "## ONNX",
    "`loadOnnx` reads operator sets 1 to 28.",
    ...suiteShare(tiers),
    `### ${layers.length} operators that carry relevance`,
    "With constants alone, they are calculated when the file is read, where that is possible.",
    listed(layers),
    `### ${structures.length} that say how others are gone through`,
    listed(structures),
    `### ${calculated.length} on values that carry none`,
    "Shapes, indices, whole numbers, truths: calculated when the file is read, or at the latest when the network runs.",
    listed(calculated),
    "### What is left out",
    table(["what", "why"], LEFT_OUT),
    "Any other becomes a layer by the option `operators` (see [how to add one](../how-to/add-an-operator.md)).",
    "## TensorFlow.js",
    `### ${graphs.length} operators of graph models`,
    listed(graphs),
    "Loops take as many turns as the file or the shapes of inputs say; of a loop over the samples, `shapes` has to " +
      "give how\nmany there are.",
    `### ${KERAS_LAYERS.size + 3} layers of layers models`,
    "`Sequential` and functional models within one another, and:",
    listed(sorted(["InputLayer", "TimeDistributed", "Bidirectional", ...KERAS_LAYERS.keys()])),
    "Left out: operators on texts and `Sparse…` of graph models; `CenterCrop`, which TensorFlow.js resamples and " +
      "Keras cuts;\nattention layers, `EinsumDense` and `ConvLSTM1D` of layers models, which TensorFlow.js does not " +
      "know either (export ONNX).",
    "## Other files",
    "Recognised by their content, by `loadModel`, the readers, the command and `recognizeFile`:",
    table(["file", "what leads to a model"], kinds().map(({ what, advice }) => [what, advice.replaceAll("|", "\\|")])),
  ].join("\n\n")}\n`;
}

/** What the suite has and the reader refuses, each with its reason. */
const LEFT_OUT = [
  ["`ai.onnx.preview.FlexAttention`", "a preview whose form may still change"],
  ["`LinearAttention`", "its state is updated by outer products, for which there is no rule yet"],
  ["`BatchNormalization` in training mode", "the statistics of a batch mix its samples"],
  ["Loops whose number of turns the network computes", "`bind` the inputs that it depends on, or give `shapes`"],
  ["Transposed convolutions by computed kernels to a stated `output_shape`, where extents are open", "give `shapes`"],
  ["Recurrent layers whose weights are computed", "the run through time prepares its weights once"],
  ["`Scan` before operator set 9 of samples of several lengths", "its form was given up: export with a newer set"],
  ["Doubles beyond single precision, whole numbers beyond 2^53", "values are single precision or exact in doubles"],
  ["Graphs without an input", "there is nothing to explain"],
] as const;

/** How much of the suite is right; nothing where it was not run. */
function suiteShare(tiers: readonly Tier[]): readonly string[] {
  if (tiers.length === 0) return [];
  const rows = tiers.map(({ tier, cases, passed }) =>
    [`${tier}`, `${cases}`, `${passed}`, `${((100 * passed) / cases).toFixed(1)} %`]);
  return [
    "Of the ONNX project's own test suite it takes:", table(["tier", "cases", "right", "share"], rows),
    "Tier 1 is what networks in use are made of, tier 3 what hardly any has.",
  ];
}

function kinds(): readonly FileKind[] {
  const all = new Map<string, FileKind>();
  for (const kind of [...SIGNATURES, ...ARCHIVES, ...TEXTS, ...MESSAGES]) {
    if (!all.has(kind.what)) all.set(kind.what, kind);
  }
  return [...all.values()].toSorted((a, b) => (a.what < b.what ? -1 : 1));
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort();
}

/** Names in lines of at most 120 columns. */
function listed(names: readonly string[]): string {
  const lines: string[] = [];
  for (const [i, name] of names.entries()) {
    const word = `\`${name}\`${i < names.length - 1 ? "," : ""}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 120) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
