// One exported transformer through the public API: node check-transformer.js FOLDER NAME prints what was found as JSON.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { integers, relativeError, Tensor } from "@relprop/tensor";
import {
  attnLRP, checkModel, gradient, loadOnnx, LRP, prepare, readSafetensors, useSimd, where,
} from "relprop";

/** What PyTorch said of a network, against what is said here. */
function checkTransformer(folder, name) {
  const file = join(folder, `${name}.onnx`);
  const { tensors, metadata } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
  const said = Object.fromEntries([...metadata].map(([key, value]) => [key, JSON.parse(value)]));
  const examples = said.targets.map((targets, i) => exampleOf(tensors, said.inputs, targets, i));

  const bytes = readFileSync(file);
  const [model, reading] = timed(() => loadOnnx(bytes));
  const prepared = prepare(model);
  const lrp = new LRP(prepared, attnLRP());
  const differentiated = new LRP(prepared, [where(() => true, gradient())], { skipChecks: true });
  const [, forward] = timed(() => model.predict(...examples[0].inputs));
  const [, explaining] = timed(() => lrp.analyze(examples[0].inputs, { target: examples[0].start }));
  const worst = (compare) => Math.max(...examples.map(compare));
  return {
    name,
    parameters: said.parameters,
    bytes: statSync(file).size,
    opset: said.opset,
    ownError: said.ownError,
    ownErrors: said.ownErrors,
    output: worst(({ inputs, output }) => relativeError(model.predict(...inputs).data, output)),
    gradient: worst(({ inputs, start, gradient: expected }) =>
      relativeError(timesValue(differentiated, inputs, start), expected)),
    relevance: worst(({ inputs, value, relevance }) =>
      relativeError(carried(lrp.analyze(inputs, { target: value })).data, relevance)),
    residue: worst(({ inputs, value }) => Math.abs(residueOf(lrp.analyze(inputs, { target: value })))),
    check: checkModel(prepared).passed,
    seconds: { reading, forward, explaining },
  };
}

/** Inputs in order, what is explained as relevance of the output, and what PyTorch says in double precision. */
function exampleOf(tensors, names, targets, i) {
  const inputs = names.map((name) => {
    const stored = tensors.get(`${i}.${name}`);
    return stored.dtype === "I64" ? integers(stored.numbers(), stored.shape) : stored.tensor();
  });
  const said = (what) => tensors.get(`${i}.${what}`).tensor();
  const output = said("output");
  const start = new Tensor(output.shape, new Float32Array(output.size));
  for (const [n, at] of targets.entries()) {
    start.data[[n, ...at].reduce((index, position, axis) => index * output.shape[axis] + position, 0)] = 1;
  }
  const value = new Tensor(output.shape, start.data.map((one, k) => one * output.data[k]));
  return {
    inputs, start, value,
    output: output.data, gradient: said("gradient_x_input").data, relevance: said("relevance").data,
  };
}

/** Where relevance of tokens is read off. */
const isTokens = (name) => name.startsWith("tokens");

/** Relevance of the rows of tokens, or of the real input. */
function carried({ relevance, sources }) {
  return [...sources].find(([name]) => isTokens(name))?.[1] ?? relevance;
}

/** The gradient times what it is the gradient of. */
function timesValue(differentiated, inputs, target) {
  const tape = differentiated.forward(...inputs);
  const explanation = differentiated.analyze(tape, { target });
  const rows = [...explanation.sources.keys()].find(isTokens);
  const value = rows === undefined ? inputs[0] : tape.value(rows);
  return carried(explanation).data.map((slope, i) => slope * value.data[i]);
}

/** What all parts of the report together miss, as a part of what the pass started with. */
function residueOf({ conservation: { started, arrived, totals } }) {
  return (started - arrived - Object.values(totals).reduce((a, b) => a + b, 0)) / started;
}

/** A result, and the seconds of the processor it took. */
function timed(compute) {
  const start = process.cpuUsage();
  const value = compute();
  const { user, system } = process.cpuUsage(start);
  return [value, (user + system) / 1e6];
}

useSimd();
const [folder, name] = process.argv.slice(2);
console.log(JSON.stringify(checkTransformer(folder, name)));
