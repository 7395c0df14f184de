// npm run rank: ranks every preset and method on the bundled networks by symmetric relevance gain, in docs/methods.md.
import { readFileSync, writeFileSync } from "node:fs";
import { compare, constant, mean, namedMethods, patches, tokens } from "../packages/evaluate/dist/index.js";
import { LRP, prepare, presets } from "../packages/lrp/dist/index.js";
import { loadOnnx } from "../packages/models/dist/index.js";
import { integers } from "../packages/tensor/dist/index.js";
import { useSimd } from "../packages/tensor/dist/simd/index.js";
import { allDigits } from "../examples/digits/all-digits.js";

useSimd();
const root = new URL("..", import.meta.url);
const count = Number(process.argv[2] ?? 100);
const digits = await allDigits();
const step = Math.floor(1797 / count);
const samples = Array.from({ length: count }, (_, id) => ({ id, input: digits.rows(id * step, id * step + 1) }));
const imputers = { "the channel's mean": mean(), "paper (0)": constant(0) };

const sections = ["digits", "clever-hans"].map((name) => {
  const model = prepare(loadOnnx(readFileSync(new URL(`examples/digits/${name}.onnx`, root))));
  const methods = {
    ...Object.fromEntries(Object.entries(presets).filter(([preset]) => preset !== "recurrent")
      .map(([preset, of]) => [preset, new LRP(model, of())])),
    ...Object.fromEntries(Object.entries(presets).filter(([preset]) => /^epsilon/.test(preset))
      .map(([preset, of]) => [`${preset}, sums`, new LRP(model, of({ sums: true }))])),
    ...Object.fromEntries(Object.entries(namedMethods).map(([method, of]) => [method, of(model)])),
  };
  const tables = Object.entries(imputers).map(([hides, imputer]) => {
    console.error(`${name}, ${hides}`);
    const comparison = compare(model, samples, methods, { imputer, units: patches(2) });
    const [random] = [...comparison.methods.values()].map(({ randomOrder }) => randomOrder.mean);
    return `Hidden by ${hides}; random orders leave ${random.toFixed(3)} of the class:\n\n${comparison.markdown()}`;
  });
  return `## examples/digits/${name}.onnx\n\n${tables.join("\n\n")}`;
});

const reviews = new URL("examples/reviews/", root);
const { model: { vocab } } = JSON.parse(readFileSync(new URL("tokenizer.json", reviews), "utf8"));
const lines = readFileSync(new URL("reviews.txt", reviews), "utf8").trim().split("\n").slice(0, count);
const texts = lines.map((line, id) => {
  const ids = ["[CLS]", ...line.split(" "), "[SEP]"].map((word) => vocab[word]);
  const [row, mask] = [ids, ids.map(() => 1)].map((values) => integers(values, [1, ids.length]));
  return { id, input: [row, mask] };
});
const ofTexts = ["attn-lrp", "cp-lrp", "attn-lrp-vision", "epsilon-plus", "epsilon-alpha2-beta1", "lrp-0"];
const textSections = ["reviews", "clever-hans"].map((name) => {
  console.error(`${name} of texts`);
  const model = prepare(loadOnnx(readFileSync(new URL(`${name}.onnx`, reviews))));
  const hiding = { imputer: constant(vocab["[UNK]"]), units: tokens({ keep: [vocab["[CLS]"], vocab["[SEP]"]] }) };
  const methods = {
    ...Object.fromEntries(ofTexts.map((preset) => [preset, new LRP(model, presets[preset]())])),
    ...Object.fromEntries(["input-x-gradient", "kernel-shap", "random"].map((method) =>
      [method, namedMethods[method](model, hiding)])),
  };
  const comparison = compare(model, texts, methods, hiding);
  const [random] = [...comparison.methods.values()].map(({ randomOrder }) => randomOrder.mean);
  const left = `random orders leave ${random.toFixed(3)} of the class`;
  return `## examples/reviews/${name}.onnx\n\nWords hidden by the unknown word; ${left}:\n\n${comparison.markdown()}`;
});
const made = `${new Date().toISOString().slice(0, 10)}, version ${JSON.parse(
  readFileSync(new URL("packages/relprop/package.json", root), "utf8")).version}`;

const page = `# Which method explains the bundled networks best

Symmetric relevance gain (Blücher et al. 2024) of ${count} of the digits in [examples/digits](../examples/digits), for
the class that the network calls them by: hidden are patches of 2 × 2 pixels in 25 steps, least relevant first and most
relevant first, and the gain is the area between the two curves of its probability. Random explanations have 0; higher
is better. Intervals are bootstrap intervals (BCa), differences are taken digit by digit, p is that of random signs,
corrected by Holm. Most of these digits were seen in training. KernelSHAP asks the network about 512 masks per digit,
and so measures nearly what the gain does; the others see the network once or a few dozen times.

Below are the two networks of [examples/reviews](../examples/reviews), of ${count} of their texts, a word at a time.

\`npm run rank\` made this page (${made}) and makes it anew;
[@relprop/evaluate](../packages/evaluate) says how it is measured.

${[...sections, ...textSections].join("\n\n")}
`;
writeFileSync(new URL("docs/methods.md", root), page);
