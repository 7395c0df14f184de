/** TensorFlow.js graph models: what `tf.loadGraphModel` reads. */
import { Model, STEP, type Allowance } from "@relprop/layers";
import { isObject } from "../../json.ts";
import { ModelFormatError } from "../../model-format-error.ts";
import type { Binding } from "../../onnx/bindings.ts";
import { modelOf } from "../../onnx/load-onnx.ts";
import { EVERY_OPERATOR } from "../../onnx/operators/operators.ts";
import type { ValueInfo } from "../../onnx/schema.ts";
import type { OpenShapes } from "../keras-model.ts";
import type { Settings } from "../settings.ts";
import type { KerasWeights } from "../weights-manifest.ts";
import { readLibrary } from "./control/library.ts";
import { makerOf } from "./control/subgraph.ts";
import { readNodes, valueName, type GraphNode } from "./graph-def.ts";
import { GraphWriter } from "./graph-writer.ts";
import { Rewrite } from "./rewrite.ts";

/** The operators are those of this ONNX operator set. */
const OPSET = 18;

/** How a graph is read. */
export interface GraphOptions {
  readonly shapes: OpenShapes;
  readonly bind: Readonly<Record<string, Binding>>;
  readonly outputs: readonly string[] | undefined;
}

/** The model of a graph; nodes have the names of the graph's. */
export function graphModel(file: Settings, weights: KerasWeights, allowance: Allowance, options: GraphOptions): Model {
  const topology = file.settings("modelTopology");
  const read = readNodes(topology);
  for (const { inputs: reads } of read) allowance.take(STEP + reads.length);
  const to = new Rewrite(allowance);
  const writer = new GraphWriter(weights, readLibrary(topology), allowance);
  const nodes = writer.write(read, to);
  const { inputs, refused, unknown } = writer;
  const outputs = outputsOf(file, nodes);
  const kept = outputs.filter((name) => !refused.has(makerOf(name)));
  const known = new Set(nodes.map(({ name }) => name));
  const chosen = options.outputs?.map((name) => (known.has(makerOf(name)) ? valueName(name) : name));
  const lacking = (chosen ?? outputs).find((name) => refused.has(makerOf(name)));
  if (lacking !== undefined && (chosen !== undefined || kept.length === 0)) {
    throw new ModelFormatError(`loadTfjs: ${unknown.size > 0 ? listed(unknown) : refused.get(makerOf(lacking))}`);
  }
  if (outputs.length === 0) throw new ModelFormatError("loadTfjs: takes graphs with an output, got none");
  const ends = chosen?.map((name) => (known.has(makerOf(name)) ? to.plain(name) : name));
  const graph = {
    name: "", nodes: to.nodes, initializers: to.initializers, inputs,
    outputs: kept.map((name): ValueInfo => ({ name: to.plain(name) })),
  };
  try {
    const proto = { opsets: new Map([["", OPSET]]), producer: "", graph };
    const reading = { shapes: options.shapes, bind: options.bind, ...(ends === undefined ? {} : { outputs: ends }) };
    const model = modelOf(proto, allowance, reading, EVERY_OPERATOR, "channelsLast");
    const lost = (chosen ?? outputs).filter((name) => refused.has(makerOf(name)))
      .map((name) => `output "${name}" is left out: ${refused.get(makerOf(name))}`);
    const others = model.remarks.map((remark) => remark.replace("loadOnnx:", "loadTfjs:"));
    if (lost.length + others.length === 0) return model;
    const { inputs: given, nodes: steps, outputs: last, limits } = model;
    return new Model({ inputs: given, nodes: steps, outputs: last, limits, remarks: [...lost, ...others] });
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(error.message.replace(/^loadOnnx: /, ""));
    if (!(error instanceof ModelFormatError)) throw error;
    const message = error.message.replace(/^loadOnnx:/, "loadTfjs:").replace(/ \(at byte 0\)$/, "");
    throw new ModelFormatError(message, undefined, { cause: error });
  }
}

function listed(unknown: ReadonlyMap<string, readonly string[]>): string {
  const all = [...unknown].map(([op, [first = "", ...more]]) =>
    `${op} (node "${first}"${more.length > 0 ? ` and ${more.length} more` : ""})`);
  const advice = "convert a network that ends before them, or export ONNX";
  return `takes operators that it knows, got ${all.join(", ")}: ${advice}`;
}

/** What the file says it takes and gives; older converters wrote that among what users may add. */
function signatureOf(file: Settings): Settings | undefined {
  const more = isObject(file.any("userDefinedMetadata")) ? file.settings("userDefinedMetadata") : undefined;
  const places = [file, more];
  const place = places.find((each) => isObject(each?.any("signature")));
  return place?.settings("signature");
}

/** The outputs that the file names, or the nodes that nobody reads. */
function outputsOf(file: Settings, nodes: readonly GraphNode[]): readonly string[] {
  const signature = signatureOf(file);
  const named = isObject(signature?.any("outputs")) ? signature!.settings("outputs") : undefined;
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((input) => makerOf(input))));
  const ends = nodes.filter(({ name, op }) => !read.has(name) && !["Const", "NoOp", "Placeholder"].includes(op));
  const known = new Set(nodes.map(({ name }) => name));
  const wanted = (named?.names() ?? []).map((name) => valueName(named!.settings(name).text("name") ?? name));
  const found = wanted.filter((name) => known.has(makerOf(name)));
  return found.length > 0 ? [...new Set(found)] : ends.map(({ name }) => name);
}
