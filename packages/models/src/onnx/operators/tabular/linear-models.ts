/** Linear models and support vectors on tables. */
import {
  ActivationLayer, Dense, exp, pow, ReduceSum, Scale, sigmoid, STEP, tanh, Unsqueeze,
} from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow, Value } from "../../value.ts";
import { scaleAndShift } from "../affine.ts";
import type { Operator } from "../operator.ts";
import { PairCoupling } from "./pair-coupling.ts";
import { bothClasses, checkAlone, filled, floats, labelCount, listOf, transformed, withoutLabel } from "./scores.ts";

/** Sums of weighted features, or of weighted likenesses to samples. */
export const linearModels: readonly (readonly [string, Operator])[] = [
  ["ai.onnx.ml.LinearClassifier", linearClassifier],
  ["ai.onnx.ml.LinearRegressor", (op) => {
    const targets = op.attributes.integer("targets") ?? 1;
    if (targets === 1) checkAlone(op, "PROBIT");
    return transformed(op, weighted(op, targets, op.attributes.floats("intercepts")));
  }],
  ["ai.onnx.ml.SVMClassifier", supportClassifier],
  ["ai.onnx.ml.SVMRegressor", supportRegressor],
];

/** `W x + b` of the coefficients, a row for every target. */
function weighted(op: Operation, targets: number, intercepts: readonly number[] | undefined): Flow {
  const coefficients = listOf(op, "coefficients");
  const features = coefficients.length / targets;
  if (!Number.isInteger(features)) {
    throw new RangeError(`takes as many coefficients for each of ${targets} targets, got ${coefficients.length}`);
  }
  const bias = intercepts === undefined || intercepts.length === 0 ? {} : { bias: filled([targets], intercepts) };
  return op.emit(new Dense(filled([targets, features], coefficients), bias), [floats(op, 0)]);
}

function linearClassifier(op: Operation): readonly Value[] {
  const intercepts = listOf(op, "intercepts");
  const scores = weighted(op, intercepts.length, intercepts);
  if (intercepts.length > 1 || labelCount(op) !== 2) return withoutLabel(op, transformed(op, scores));
  checkAlone(op, "LOGISTIC");
  return withoutLabel(op, bothClasses(op, transformed(op, scores), "complement"));
}

/** The kernel of the input with every row of a matrix: `[N, rows]`. */
function kernels(op: Operation, x: Flow, rows: Tensor): Flow {
  const kind = op.attributes.text("kernel_type") ?? "LINEAR";
  const [gamma = 0, constant = 0, degree = 3] = op.attributes.floats("kernel_params") ?? [];
  const [count] = rows.shape as [number];
  if (kind === "LINEAR") return op.emit(new Dense(rows), [x]);
  if (kind === "RBF") {
    // exp(−γ ‖x − v‖²)
    const apart = op.emit(new Unsqueeze([1]), [x], { rank: 3 });
    const differences = scaleAndShift(op, apart, undefined, filled(rows.shape, rows.data.map((value) => -value)));
    const squares = op.emit(new ActivationLayer(pow(2)), [differences]);
    const distances = op.emit(new ReduceSum({ axes: [-1], keepDims: false }), [squares], { rank: 2 });
    return op.emit(new ActivationLayer(exp), [op.emit(new Scale(filled([], [-gamma])), [distances])]);
  }
  const weight = filled(rows.shape, rows.data.map((value) => gamma * value));
  const products = op.emit(new Dense(weight, { bias: filled([count], new Float32Array(count).fill(constant)) }), [x]);
  if (kind === "POLY") return op.emit(new ActivationLayer(pow(degree)), [products]);
  if (kind === "SIGMOID") return op.emit(new ActivationLayer(tanh), [products]);
  throw new RangeError(`takes kernels LINEAR, POLY, RBF and SIGMOID, got ${kind}`);
}

function vectorsOf(op: Operation, count: number): Tensor {
  const vectors = listOf(op, "support_vectors");
  if (vectors.length % count !== 0) {
    throw new RangeError(`takes ${count} support vectors, got ${vectors.length} numbers`);
  }
  return filled([count, vectors.length / count], vectors);
}

function supportRegressor(op: Operation): Flow {
  if ((op.attributes.integer("one_class") ?? 0) !== 0) {
    throw new RangeError("takes the score of a regressor, got one_class, which keeps the sign alone");
  }
  checkAlone(op);
  const [count, coefficients] = [op.attributes.integer("n_supports") ?? 0, listOf(op, "coefficients")];
  const [rho = 0] = op.attributes.floats("rho") ?? [];
  const x = floats(op, 0);
  if (count === 0) {
    const scores = kernels(op, x, filled([1, coefficients.length], coefficients));
    return scaleAndShift(op, scores, undefined, filled([1], [rho]));
  }
  const likeness = kernels(op, x, vectorsOf(op, count));
  const dense = new Dense(filled([1, count], coefficients), { bias: filled([1], [rho]) });
  return op.emit(dense, [likeness]);
}

/** A score for every pair of classes, above 0 for the first of them; probabilities by logistic functions of those. */
function supportClassifier(op: Operation): readonly Value[] {
  const [coefficients, rho] = [listOf(op, "coefficients"), listOf(op, "rho")];
  const perClass = op.attributes.integers("vectors_per_class") ?? [];
  const wrong = perClass.find((each) => !(each >= 0));
  if (wrong !== undefined) throw new RangeError(`takes numbers of vectors >= 0, got ${wrong}`);
  const count = perClass.reduce((sum, each) => sum + each, 0);
  const classes = Math.max(perClass.length, labelCount(op));
  const x = floats(op, 0);
  if (count === 0) {
    const rows = filled([classes, coefficients.length / classes], coefficients);
    const sums = scaleAndShift(op, kernels(op, x, rows), undefined, filled([1], [rho[0]!]));
    return withoutLabel(op, transformed(op, sums));
  }
  const likeness = kernels(op, x, vectorsOf(op, count));
  // Pairs grow with the square of what the file says.
  op.graph.budget.positions.take(((perClass.length * (perClass.length - 1)) / 2) * (STEP + count));
  let before = 0;
  const starts = perClass.map((each) => (before += each) - each);
  const pairs = perClass.flatMap((_, i) => perClass.slice(i + 1).map((_other, k) => [i, i + 1 + k] as const));
  const weight = new Float32Array(pairs.length * count);
  pairs.forEach(([i, j], pair) => {
    // A vector of one class has a row of coefficients for each other class.
    for (const [own, row] of [[i, j - 1], [j, i]] as const) {
      const from = row * count + starts[own]!;
      weight.set(coefficients.slice(from, from + perClass[own]!), pair * count + starts[own]!);
    }
  });
  const bias = filled([pairs.length], rho.slice(0, pairs.length));
  const dense = new Dense(filled([pairs.length, count], weight), { bias });
  const scores = op.emit(dense, [likeness]);
  const [a, b] = [op.attributes.floats("prob_a") ?? [], op.attributes.floats("prob_b") ?? []];
  if (a.length === 0) {
    if (pairs.length > 1) return withoutLabel(op, transformed(op, scores));
    const how = op.attributes.text("post_transform") ?? "NONE";
    if (how !== "NONE") throw new RangeError(`takes scores of two classes as they are, got post_transform ${how}`);
    return withoutLabel(op, bothClasses(op, scores, "opposite"));
  }
  // 1 / (1 + exp(a s + b)) for the first class of a pair.
  const shift = filled([pairs.length], pairs.map((_, pair) => -(b[pair] ?? 0)));
  const first = op.emit(new Scale(filled([pairs.length], a.map((each) => -each)), { bias: shift }), [scores]);
  const pairwise = op.emit(new ActivationLayer(sigmoid), [first]);
  return withoutLabel(op, transformed(op, op.emit(new PairCoupling(perClass.length), [pairwise])));
}
