// One exported network through the public API: node check-network.js FOLDER NAME prints what was found as JSON.
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { relativeError } from "@relprop/tensor";
import {
  checkModel, epsilonPlus, everywhere, loadOnnx, LRP, prepare, readSafetensors, useSimd, zero,
} from "relprop";

/** What PyTorch said of a network, against what is said here. */
function checkNetwork(folder, name) {
  const file = join(folder, `${name}.onnx`);
  const { tensors, metadata } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)));
  const said = Object.fromEntries([...metadata].map(([key, value]) => [key, JSON.parse(value)]));
  const input = tensors.get("input").tensor();

  const bytes = readFileSync(file);
  const [model, reading] = timed(() => loadOnnx(bytes));
  const prepared = prepare(model);
  const lrp = new LRP(prepared, epsilonPlus());
  const [output, forward] = timed(() => model.predict(input));
  const [explanation, explaining] = timed(() => lrp.analyze(input, { target: said.targets[0] }));
  return {
    name,
    parameters: said.parameters,
    bytes: statSync(file).size,
    opset: said.opset,
    ownError: said.ownError,
    output: relativeError(output.data, tensors.get("output").tensor().data),
    check: checked(prepared),
    conservation: conserved(explanation),
    seconds: { reading, forward, explaining },
    withoutBias: withoutBias(folder, name, input, tensors, said),
  };
}

/** LRP-0 of the network without biases, left for given_kinks.py with what its ReLUs and max-pools read. */
function withoutBias(folder, name, input, tensors, { targets: [, target] }) {
  const file = join(folder, `${name}.relu.onnx`);
  if (!existsSync(file)) return undefined;
  const model = prepare(loadOnnx(readFileSync(file)));
  const exact = new LRP(model, everywhere(zero({ stabilizer: 0 })));
  const tape = exact.forward(input);
  const sides = openSync(join(folder, `${name}.sides.f32`), "w");
  for (const { layer, inputs } of model.nodes) {
    if (layer.kind === "Relu" || layer.kind === "MaxPool") writeSync(sides, tape.value(inputs[0]).data);
  }
  closeSync(sides);
  const { relevance, output } = exact.analyze(tape, { target, start: "value" });
  writeFileSync(join(folder, `${name}.relevance.f32`), relevance.data);
  const stabilized = new LRP(model).analyze(tape, { target, start: "value" }).relevance;
  return {
    output: relativeError(output.data, tensors.get("relu.output").tensor().data),
    stabilized: relativeError(stabilized.data, relevance.data),
  };
}

/** The verdict, and which kinds of nodes there is advice for. */
function checked(model) {
  const { passed, rows } = checkModel(model);
  const advised = rows.filter(({ verdict }) => verdict === "advice");
  const advice = new Set(advised.map(({ node, why }) => `${node.layer.kind}: ${why}`));
  return { passed, nodes: rows.length, advice: [...advice], advised: advised.length };
}

/** Where the relevance went, and what that leaves unexplained, each as a part of what the pass started with. */
function conserved({ conservation: { started, arrived, totals }, warnings }) {
  const { bias, stabilizer, dead, other } = totals;
  const part = (value) => value / started;
  const residue = part(started - arrived - bias - stabilizer - dead - other);
  return {
    arrived: part(arrived), bias: part(bias), stabilizer: part(stabilizer), dead: part(dead), other: part(other),
    residue, warnings,
  };
}

function timed(compute) {
  const start = performance.now();
  const value = compute();
  return [value, (performance.now() - start) / 1000];
}

useSimd();
const [folder, name] = process.argv.slice(2);
console.log(JSON.stringify(checkNetwork(folder, name)));
