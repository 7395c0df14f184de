import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, node, onnx, type TestNode } from "./write-onnx.ts";

/** The names of a chain of operators, told from the names of nodes and of parameters. */
function names(...chain: readonly (readonly [op: string, node: string, parameter?: string])[]): readonly string[] {
  const nodes = chain.map(([op, name, parameter], i): TestNode => ({
    ...node(op, [i === 0 ? "x" : `v${i - 1}`, ...(parameter === undefined ? [] : [parameter])], `v${i}`), name,
  }));
  const parameters = chain.flatMap(
    ([, , parameter]) => (parameter === undefined ? [] : [[parameter, float([1, 1], [2, 1])] as const]),
  );
  const constants = Object.fromEntries(parameters);
  const file = onnx({ nodes, constants, inputs: { x: ["N", 2, 1] }, outputs: [`v${chain.length - 1}`] });
  return loadOnnx(file).nodes.map(({ name }) => name);
}

test("layers with parameters are called like the module that holds them", () => {
  expect(names(["Mul", "Mul_7", "features.0.weight"], ["Relu", ""], ["Mul", "", "head.scale"])).toEqual(
    ["features.0", "Relu_0", "head"],
  );
});

test("layers without parameters are called by the path in their node's name", () => {
  expect(names(["Relu", "/features/features.1/Relu"], ["Neg", "/layer1/layer1.0/act/Neg"])).toEqual(
    ["features.1", "layer1.0.act"],
  );
});

test("an operator that belongs to a block rather than to a module is called after both", () => {
  expect(names(["Mul", "", "layer1.0.conv.weight"], ["Relu", "/layer1/layer1.0/Relu"])).toEqual(
    ["layer1.0.conv", "layer1.0.Relu"],
  );
  expect(names(["Relu", "/se/Relu"], ["Tanh", "/se/Tanh"])).toEqual(["se.Relu", "se.Tanh"]);
});

test("the modules that newer exporters write beside each node name it like paths do", () => {
  const within = (op: string, from: string, to: string, ...scopes: readonly string[]): TestNode => {
    const list = `[${["", ...scopes, "node"].map((scope) => `'${scope}'`).join(", ")}]`;
    return { ...node(op, [from], to), name: `node_${to}`, metadata: { "pkg.torch.onnx.name_scopes": list } };
  };
  const nodes = [
    within("Neg", "x", "a", "l1", "l1.0", "l1.0.act"), within("Relu", "a", "b", "l1", "l1.0"), within("Tanh", "b", "y"),
  ];
  const model = loadOnnx(onnx({ nodes, inputs: { x: ["N", 1] }, outputs: ["y"] }));
  expect(model.nodes.map(({ name }) => name)).toEqual(["l1.0.act", "l1.0.Relu", "node_y"]);
});

test("operators at the root keep their node's name, those without a name get a number", () => {
  expect(names(["Relu", "/Relu_1"], ["Neg", ""], ["Tanh", "tanh"], ["Neg", ""])).toEqual(
    ["Relu_1", "Neg_0", "tanh", "Neg_1"],
  );
});

test("a name that comes again is numbered, and no layer is called like an input", () => {
  expect(names(["Relu", "/a/Relu"], ["Relu", "/a/Relu_1"], ["Neg", "x"])).toEqual(["a", "a#2", "x#2"]);
});

test("parameters named by machines do not name layers", () => {
  expect(names(["Mul", "/conv/Mul", "onnx::Mul_12"], ["Mul", "/b/Mul", "12"])).toEqual(["conv", "b"]);
});

test("a parameter that was stored once for several layers names each by its copy", () => {
  const nodes = [
    node("Identity", ["a.weight"], "b.weight"), node("Mul", ["x", "a.weight"], "h"), node("Relu", ["h"], "r"),
    node("Mul", ["r", "b.weight"], "y"),
  ];
  const constants = { "a.weight": float([2]) };
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: ["N", 1] }, outputs: ["y"] }));
  expect(model.nodes.map(({ name }) => name)).toEqual(["a", "Relu_0", "b"]);
});
