/** TensorFlow.js graph models: what `tf.loadGraphModel` reads. */
import { Model, STEP, type Allowance } from "@relprop/layers";
import { isObject } from "../../json.ts";
import { ModelFormatError } from "../../model-format-error.ts";
import type { Binding } from "../../onnx/bindings.ts";
import { modelOf } from "../../onnx/load-onnx.ts";
import type { ValueInfo } from "../../onnx/schema.ts";
import type { OpenShapes } from "../keras-model.ts";
import type { Settings } from "../settings.ts";
import type { KerasWeights } from "../weights-manifest.ts";
import { readNodes, valueName, type GraphNode } from "./graph-def.ts";
import { CONTROL, GRAPH_OPERATORS } from "./operators.ts";
import { Rewrite, TYPES } from "./rewrite.ts";

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
  const read = readNodes(file.settings("modelTopology"));
  for (const { inputs: reads } of read) allowance.take(STEP + reads.length);
  const nodes = ordered(read);
  const to = new Rewrite(allowance);
  const inputs: ValueInfo[] = [];
  const refused = new Map<string, string>();
  const unknown = new Map<string, string[]>();
  for (const node of nodes) {
    const { name, op } = node;
    const lost = node.inputs.map((input) => refused.get(makerOf(input))).find((why) => why !== undefined);
    if (lost !== undefined) refused.set(name, lost);
    else {
      try {
        if (op === "Placeholder") inputs.push(placeholder(node, to));
        else if (op === "Const") define(node, weights, to);
        else if (op !== "NoOp") write(node, to);
      } catch (error) {
        // Once nothing is left, no other node can be had either.
        if (!(error instanceof RangeError) || !allowance.has(STEP)) throw error;
        if (error instanceof UnknownOperator) {
          const others = unknown.get(op);
          if (others === undefined) unknown.set(op, [name]);
          else others.push(name);
        }
        refused.set(name, `node "${name}" (${op}): ${error.message}`);
      }
    }
  }
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
    const model = modelOf(proto, allowance, reading, "channelsLast");
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

/** Thrown for a node that nothing here writes down. */
class UnknownOperator extends RangeError {}

function listed(unknown: ReadonlyMap<string, readonly string[]>): string {
  const all = [...unknown].map(([op, [first = "", ...more]]) =>
    `${op} (node "${first}"${more.length > 0 ? ` and ${more.length} more` : ""})`);
  const advice = "convert a network that ends before them, or export ONNX";
  return `takes operators that it knows, got ${all.join(", ")}: ${advice}`;
}

/** The node that makes a value. */
function makerOf(value: string): string {
  return value.replace(/:\d+$/, "");
}

function define({ name, says }: GraphNode, weights: KerasWeights, to: Rewrite): void {
  const tensor = weights.named(name);
  const type = says.type("dtype") ?? "DT_FLOAT";
  const code = TYPES.get(type);
  if (code === undefined) throw new RangeError(`takes constants of ${[...TYPES.keys()].join(", ")}, got ${type}`);
  if (tensor === undefined) throw new RangeError("takes constants among the weights, got none of its name");
  to.define(name, tensor, code);
}

function write(node: GraphNode, to: Rewrite): void {
  const operator = GRAPH_OPERATORS.get(node.op);
  if (operator !== undefined) return operator(node, to);
  if (CONTROL.has(node.op)) {
    throw new RangeError("takes graphs without control flow: freeze the graph without loops and conditions");
  }
  throw new UnknownOperator("is of an operator that is not known here");
}

function placeholder({ name, says }: GraphNode, to: Rewrite): ValueInfo {
  const type = says.type("dtype") ?? "DT_FLOAT";
  const elementType = type === "DT_INT32" ? 6 : TYPES.get(type);
  if (elementType === undefined) throw new RangeError(`takes inputs of ${[...TYPES.keys()].join(", ")}, got ${type}`);
  to.input(name);
  const shape = says.shape("shape");
  return { name, elementType, ...(shape === undefined ? {} : { shape }) };
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

/** Nodes behind what they read. Throws a `RangeError` for names that nothing makes, and for cycles. */
function ordered(nodes: readonly GraphNode[]): readonly GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const out: GraphNode[] = [];
  const state = new Map<GraphNode, "open" | "done">();
  for (const root of nodes) {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (state.get(node) === undefined) {
        state.set(node, "open");
        for (const input of node.inputs) {
          const maker = byName.get(makerOf(input));
          if (maker === undefined) throw new RangeError(`node "${node.name}" reads "${input}", which nothing makes`);
          if (CONTROL.has(node.op) || CONTROL.has(maker.op)) continue;
          if (state.get(maker) === "open") {
            throw new RangeError(`takes graphs without cycles, got one through "${input}"`);
          }
          if (state.get(maker) === undefined) stack.push(maker);
        }
      } else {
        if (state.get(node) === "open") out.push(node);
        state.set(node, "done");
        stack.pop();
      }
    }
  }
  return out;
}
