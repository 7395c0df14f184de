/** TensorFlow.js graph models: what `tf.loadGraphModel` reads. */
import type { Allowance, Model } from "@relprop/layers";
import { ModelFormatError } from "../../model-format-error.ts";
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

/** The model of a graph; nodes have the names of the graph's. */
export function graphModel(
  file: Settings, weights: KerasWeights, allowance: Allowance, shapes: OpenShapes,
): Model {
  const nodes = ordered(readNodes(file.settings("modelTopology")));
  const to = new Rewrite(allowance);
  const inputs: ValueInfo[] = [];
  const refused = new Map<string, string>();
  for (const node of nodes) {
    const { name, op, says } = node;
    const lost = node.inputs.map((input) => refused.get(input.replace(/:\d+$/, ""))).find((why) => why !== undefined);
    if (lost !== undefined) refused.set(name, lost);
    else if (op === "Placeholder") inputs.push(placeholder(node, to));
    else if (op === "Const") {
      const tensor = weights.named(name);
      const code = TYPES.get(says.type("dtype") ?? "DT_FLOAT");
      if (tensor === undefined || code === undefined) {
        refused.set(name, `constant "${name}" is of ${says.type("dtype")}, or not among the weights`);
      } else to.define(name, tensor, code);
    } else if (op !== "NoOp") {
      try {
        write(node, to);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refused.set(name, `node "${name}" (${op}): ${error.message}`);
      }
    }
  }
  const outputs = outputsOf(file, nodes);
  const kept = outputs.filter((name) => !refused.has(name.replace(/:\d+$/, "")));
  if (kept.length === 0) {
    throw new ModelFormatError(`loadTfjs: ${refused.get((outputs[0] ?? "").replace(/:\d+$/, "")) ?? "has no output"}`);
  }
  const graph = {
    name: "", nodes: to.nodes, initializers: to.initializers, inputs,
    outputs: kept.map((name): ValueInfo => ({ name: to.plain(name) })),
  };
  try {
    const proto = { opsets: new Map([["", OPSET]]), producer: "", graph };
    return modelOf(proto, allowance, { shapes }, "channelsLast");
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
    const message = error.message.replace(/^loadOnnx:/, "loadTfjs:").replace(/ \(at byte 0\)$/, "");
    throw new ModelFormatError(message, undefined, { cause: error });
  }
}

function write(node: GraphNode, to: Rewrite): void {
  const operator = GRAPH_OPERATORS.get(node.op);
  if (operator !== undefined) return operator(node, to);
  if (CONTROL.has(node.op)) {
    throw new RangeError("takes graphs without control flow: freeze the graph without loops and conditions");
  }
  throw new RangeError(`takes operators ${[...GRAPH_OPERATORS.keys()].sort().join(", ")}, got ${node.op}`);
}

function placeholder({ name, says }: GraphNode, to: Rewrite): ValueInfo {
  const type = says.type("dtype") ?? "DT_FLOAT";
  const elementType = type === "DT_INT32" ? 6 : TYPES.get(type);
  if (elementType === undefined) throw new RangeError(`takes inputs of ${[...TYPES.keys()].join(", ")}, got ${type}`);
  to.input(name);
  const shape = says.shape("shape");
  return { name, elementType, ...(shape === undefined ? {} : { shape }) };
}

/** The outputs that the file names, or the nodes that nobody reads. */
function outputsOf(file: Settings, nodes: readonly GraphNode[]): readonly string[] {
  const signature = file.any("signature") === undefined ? undefined : file.settings("signature");
  const named = signature?.any("outputs") === undefined ? undefined : signature.settings("outputs");
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((input) => input.replace(/:\d+$/, ""))));
  const ends = nodes.filter(({ name, op }) => !read.has(name) && !["Const", "NoOp", "Placeholder"].includes(op));
  const known = new Set(nodes.map(({ name }) => name));
  const wanted = (named?.names() ?? []).map((name) => valueName(named!.settings(name).text("name") ?? name));
  const found = wanted.filter((name) => known.has(name.replace(/:\d+$/, "")));
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
          const maker = byName.get(input.replace(/:\d+$/, ""));
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
