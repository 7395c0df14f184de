import { TreeEnsemble, type Model } from "@relprop/layers";
import { Integers, Tensor, tensor, type Value } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode } from "./write-onnx.ts";

type Attributes = Exclude<TestNode["attributes"], undefined>;
const ml = (op: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes = {}): TestNode =>
  ({ op, inputs, outputs, attributes, domain: "ai.onnx.ml" });
const floats = (...values: readonly number[]): { readonly floats: readonly number[] } => ({ floats: values });

/** A file of the inputs x, two features, and ids, whole numbers. */
function read(nodes: readonly TestNode[], outputs: readonly string[], inputs = ["x"]): Model {
  const shapes = Object.fromEntries(inputs.map((name) => [name, name === "ids" ? ["N"] : ["N", 2]]));
  const constants = { places: int64(1, 0, 1), table: float([10, 20, 30]) };
  return loadOnnx(onnx({ nodes, constants, inputs: shapes, integers: ["ids"], outputs }));
}

const x = tensor([[1, -2], [0.5, 4]]);
const ids = new Integers([3], Float64Array.of(7, 5, 6), "int64");
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const softmax = (...z: readonly number[]): readonly number[] =>
  z.map((each) => Math.exp(each) / z.reduce((sum, other) => sum + Math.exp(other), 0));
const norm = Math.hypot;

test.each<[string, TestNode, readonly number[], Value?]>([
  ["ArrayFeatureExtractor", ml("ArrayFeatureExtractor", ["x", "places"], ["y"]), [-2, 1, -2, 4, 0.5, 4]],
  ["Binarizer", ml("Binarizer", ["x"], ["y"], { threshold: { float: 0.5 } }), [1, 0, 0, 1]],
  ["FeatureVectorizer", ml("FeatureVectorizer", ["x", "x"], ["y"], { inputdimensions: [2, 2] }),
    [1, -2, 1, -2, 0.5, 4, 0.5, 4]],
  ["Imputer of a value", ml("Imputer", ["x"], ["y"], {
    imputed_value_floats: floats(9, 8), replaced_value_float: { float: -2 },
  }), [1, 8, 0.5, 4]],
  ["Imputer of what is missing", ml("Imputer", ["x"], ["y"], {
    imputed_value_floats: floats(9, 8), replaced_value_float: { float: NaN },
  }), [9, -2, 0.5, 8], tensor([[NaN, -2], [0.5, NaN]])],
  ["Normalizer L1", ml("Normalizer", ["x"], ["y"], { norm: "L1" }), [1 / 3, -2 / 3, 0.5 / 4.5, 4 / 4.5]],
  ["Normalizer L2", ml("Normalizer", ["x"], ["y"], { norm: "L2" }),
    [1 / norm(1, 2), -2 / norm(1, 2), 0.5 / norm(0.5, 4), 4 / norm(0.5, 4)]],
  ["Normalizer by the largest", ml("Normalizer", ["x"], ["y"], { norm: "MAX" }),
    [1, -2, 0.5 / 4, 1, -3, 0], tensor([[1, -2], [0.5, 4], [-3, 0]])],
  ["LinearClassifier by a softmax of what is not 0", ml("LinearClassifier", ["x"], ["label", "y"], {
    coefficients: floats(1, 0, 0, 1, 0, 0), intercepts: floats(0, 0, 0), classlabels_ints: [0, 1, 2],
    post_transform: "SOFTMAX_ZERO",
  }), [...softmax(1, -2), 0, ...softmax(0.5, 4), 0]],
  ["Scaler", ml("Scaler", ["x"], ["y"], { offset: floats(1, 2), scale: floats(3, 0.5) }), [0, -2, -1.5, 1]],
  ["LinearRegressor", ml("LinearRegressor", ["x"], ["y"], { coefficients: floats(2, 1), intercepts: floats(0.5) }),
    [0.5, 5.5]],
  ["LinearClassifier of three", ml("LinearClassifier", ["x"], ["label", "y"], {
    coefficients: floats(1, 0, 0, 1, 1, 1), intercepts: floats(0, 0, 1), classlabels_ints: [0, 1, 2],
    post_transform: "SOFTMAX",
  }), [...softmax(1, -2, 0), ...softmax(0.5, 4, 5.5)]],
  ["LinearClassifier of two by one score", ml("LinearClassifier", ["x"], ["label", "y"], {
    coefficients: floats(1, 1), intercepts: floats(0), classlabels_strings: ["a", "b"], post_transform: "LOGISTIC",
  }), [1 - sigmoid(-1), sigmoid(-1), 1 - sigmoid(4.5), sigmoid(4.5)]],
  ["SVMRegressor by distances", ml("SVMRegressor", ["x"], ["y"], {
    kernel_type: "RBF", kernel_params: floats(0.1, 0, 3), n_supports: 2, support_vectors: floats(0, 0, 1, 1),
    coefficients: floats(2, -1), rho: floats(0.25),
  }), [2 * Math.exp(-0.5) - Math.exp(-0.9) + 0.25, 2 * Math.exp(-1.625) - Math.exp(-0.925) + 0.25]],
  ["SVMRegressor by powers", ml("SVMRegressor", ["x"], ["y"], {
    kernel_type: "POLY", kernel_params: floats(0.5, 1, 2), n_supports: 1, support_vectors: floats(1, 1),
    coefficients: floats(2), rho: floats(0),
  }), [2 * 0.5 ** 2, 2 * 3.25 ** 2]],
  ["SVMClassifier of two", ml("SVMClassifier", ["x"], ["label", "y"], {
    kernel_type: "LINEAR", support_vectors: floats(1, 0, 0, 1), vectors_per_class: [1, 1], coefficients: floats(1, -2),
    rho: floats(0.5), classlabels_ints: [0, 1],
  }), [-5.5, 5.5, 7, -7]],
  ["LinearRegressor by PROBIT", ml("LinearRegressor", ["x"], ["y"], {
    coefficients: floats(0.2, 0.05, -0.1, 0), intercepts: floats(0.5, 0.5), targets: 2, post_transform: "PROBIT",
  }), [0.2533530, -0.2533530, 0.8417559, -0.1256621]],
  ["OneHotEncoder", ml("OneHotEncoder", ["ids"], ["y"], { cats_int64s: [5, 6, 7] }), [0, 0, 1, 1, 0, 0, 0, 1, 0], ids],
])("%s makes what it says", (_, made, want, given = x) => {
  const model = read([made], [...made.outputs], [made.inputs[0]!]);
  const got = model.forward(given).at(-1)!;
  expect([...got.data]).toEqual(want.map((value): unknown => expect.closeTo(value, 5)));
  expect(model.remarks.join()).toMatch(made.outputs.length > 1 ? /"label" is left out: .* labels are left out/ : /^$/);
});

test("categories numbered anew choose rows, and a one for a category is where its relevance arrives", () => {
  const encode = ml("LabelEncoder", ["ids"], ["n"], { keys_int64s: [5, 6], values_int64s: [2, 0], default_int64: 1 });
  const model = read([encode, node("Gather", ["table", "n"], "y")], ["y"], ["ids"]);
  expect([...model.predict(ids).data]).toEqual([20, 30, 10]);
  const hot = read([ml("OneHotEncoder", ["ids"], ["y"], { cats_int64s: [5, 6] })], ["y"], ["ids"]);
  expect(hot.carriers).toHaveLength(1);
});

/** x[0] ≤ 1 ? (x[1] < 0 ? 1 : 2) : 4, and a second tree that is a leaf of 10. */
const listed = (prefix: string, ids_: readonly number[]): Attributes => ({
  nodes_treeids: [0, 0, 0, 0, 0, 1], nodes_nodeids: [0, 1, 2, 3, 4, 0], nodes_featureids: [0, 1, 0, 0, 0, 0],
  nodes_modes: ["BRANCH_LEQ", "BRANCH_LT", "LEAF", "LEAF", "LEAF", "LEAF"], nodes_values: floats(1, 0, 0, 0, 0, 0),
  nodes_truenodeids: [1, 2, 0, 0, 0, 0], nodes_falsenodeids: [4, 3, 0, 0, 0, 0],
  nodes_hitrates: floats(10, 6, 2, 4, 4, 10),
  [`${prefix}_treeids`]: [0, 0, 0, 1], [`${prefix}_nodeids`]: [2, 3, 4, 0], [`${prefix}_ids`]: ids_,
  [`${prefix}_weights`]: floats(1, 2, 4, 10),
});

const points = tensor([[1, -1], [1, 0], [2, 0]]);

test.each<[string, Attributes, readonly number[]]>([
  ["added up", { n_targets: 1, base_values: floats(0.5) }, [11.5, 12.5, 14.5]],
  ["averaged", { n_targets: 1, aggregate_function: "AVERAGE" }, [5.5, 6, 7]],
  ["the smallest", { n_targets: 1, aggregate_function: "MIN" }, [1, 2, 4]],
])("a TreeEnsembleRegressor says what its trees say, %s", (_, attributes, want) => {
  const made = ml("TreeEnsembleRegressor", ["x"], ["y"], { ...listed("target", [0, 0, 0, 0]), ...attributes });
  const model = read([made], ["y"]);
  expect([...model.predict(points).data]).toEqual(want);
  expect((model.nodes[0]!.layer as TreeEnsemble).isCounted).toBe(true);
});

test("a TreeEnsembleClassifier scores classes, and two of which leaves know one", () => {
  const classify = (ids_: readonly number[], more: Attributes = {}): readonly number[] => {
    const attributes = { ...listed("class", ids_), classlabels_int64s: [0, 1], ...more };
    const nodes = [ml("TreeEnsembleClassifier", ["x"], ["l", "y"], attributes), ml("ZipMap", ["y"], ["z"])];
    const model = read(nodes, ["l", "z"]);
    return [...model.predict(points.rows(0, 2)).data];
  };
  expect(classify([0, 1, 0, 1])).toEqual([1, 10, 0, 12]);
  expect(classify([0, 0, 0, 0])).toEqual([-10, 11, -11, 12]);
  const logistic = [11, 12].flatMap((score) => [sigmoid(-score), sigmoid(score)]);
  expect(classify([0, 0, 0, 0], { post_transform: "LOGISTIC" }))
    .toEqual(logistic.map((value): unknown => expect.closeTo(value, 6)));
  const mixed = { class_weights: floats(-1, 2, 4, -0.5), post_transform: "LOGISTIC", base_values: floats(0.25) };
  const scores = [-1.25, 1.75].flatMap((score) => [sigmoid(-score), sigmoid(score)]);
  expect(classify([0, 0, 0, 0], mixed)).toEqual(scores.map((value): unknown => expect.closeTo(value, 5)));
  expect(classify([0, 1, 0, 1], { post_transform: "SOFTMAX" }).slice(0, 2))
    .toEqual(softmax(1, 10).map((value): unknown => expect.closeTo(value, 5)));
});

test("a TreeEnsemble has nodes by position, leaves of its own, and sets that values may be in", () => {
  const made = ml("TreeEnsemble", ["x"], ["y"], {
    n_targets: 2, aggregate_function: 1, post_transform: 0, tree_roots: [0],
    nodes_featureids: [0, 1], nodes_splits: float([1, 0]), nodes_modes: { shape: [2], values: [0, 6], type: "int8" },
    nodes_truenodeids: [1, 1], nodes_falsenodeids: [0, 2], nodes_trueleafs: [0, 1], nodes_falseleafs: [1, 1],
    membership_values: float([-1, 3]), leaf_targetids: [0, 1, 0], leaf_weights: float([5, 6, 7]),
  });
  const model = read([made], ["y"]);
  expect([...model.predict(tensor([[2, 0], [1, 3], [0, -1], [0, 2]])).data]).toEqual([5, 0, 0, 6, 0, 6, 7, 0]);
});

test("limits that are doubles meet features that were doubles", () => {
  const attributes = { ...listed("target", [0, 0, 0, 0]), n_targets: 1 };
  const { nodes_values: _, ...others } = attributes as Record<string, Attributes[string]>;
  const limit = { shape: [6], values: [1.2, 0, 0, 0, 0, 0], type: "double" as const };
  const made = ml("TreeEnsembleRegressor", ["x"], ["y"], { ...others, nodes_values_as_tensor: limit });
  expect([...read([made], ["y"]).predict(tensor([[1.2, 0]])).data]).toEqual([12]);
});

test.each<[string, TestNode, RegExp]>([
  ["texts", ml("OneHotEncoder", ["x"], ["y"], { cats_strings: ["a"] }), /takes categories of whole numbers, got texts/],
  ["one class", ml("SVMRegressor", ["x"], ["y"], { one_class: 1, coefficients: floats(1) }), /got one_class/],
  ["an unknown transformation", ml("LinearRegressor", ["x"], ["y"], {
    coefficients: floats(1, 1), targets: 2, post_transform: "LOGIT",
  }), /SOFTMAX_ZERO or PROBIT, got LOGIT/],
  ["a softmax of one score", ml("LinearClassifier", ["x"], ["l", "y"], {
    coefficients: floats(1, 1), intercepts: floats(0), classlabels_ints: [0, 1], post_transform: "SOFTMAX",
  }), /takes a single score as it is, got post_transform SOFTMAX, which runtimes leave out/],
  ["a logistic regressor", ml("LinearRegressor", ["x"], ["y"], {
    coefficients: floats(1, 1), post_transform: "LOGISTIC",
  }), /takes a single score as it is, got post_transform LOGISTIC/],
  ["a logistic function of likenesses", ml("SVMRegressor", ["x"], ["y"], {
    coefficients: floats(1, 1), rho: floats(0), post_transform: "LOGISTIC",
  }), /takes a single score as it is, got post_transform LOGISTIC/],
  ["probits of trees for two classes", ml("TreeEnsembleClassifier", ["x"], ["l", "y"], {
    ...listed("class", [0, 0, 0, 0]), classlabels_int64s: [0, 1], post_transform: "PROBIT",
  }), /takes a single score as it is, got post_transform PROBIT/],
  ["nodes that nobody knows", ml("TreeEnsembleRegressor", ["x"], ["y"], {
    ...listed("target", [0, 0, 0, 0]), nodes_truenodeids: [9, 2, 0, 0, 0, 0],
  }), /takes nodes below 5, got NaN/],
])("a file with %s is refused, and says why", (_, made, message) => {
  expect(() => read([made], ["y"]).predict(new Tensor([1, 2], new Float32Array(2)))).toThrow(message);
});
