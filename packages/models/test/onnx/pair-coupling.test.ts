/** Support vectors of four classes, with probabilities as scikit-learn 1.2 gives them (SVC, linear). */
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { PairCoupling } from "../../src/onnx/operators/tabular/pair-coupling.ts";
import { node, onnx } from "./write-onnx.ts";

const svc = {
  vectors: [
    1.76, 0.4, 0.98, 2.24, 1.87, -0.98, 0.14, 1.45, 1.49, -0.21, -2.55, 0.65, 4.53, 1.47, 2.11, -1.98, 4.23, 1.2,
    1.95, -1.42, 1.29, 1.95, 1.75, 0.78, -0.51, 1.82, -0.81, 1.27, 0.18, 2.6, 0.73, 3.13, 4.14, 1.77, 2.13, 2.42,
    1.83, 3.9, 3.47, 1.46,
  ],
  coefficients: [
    10, 3.575442, 10, 0, 10, 0, 0, -5.554173, 0, -10, -10, -8.021269, -10, -10, -0.5766947, 0, 0, -1.568802, 0, 0,
    0, 10, 0, 1.709047, 0, 8.867648, 0, 0, 0, 0, 1.426798, 0, 0, -0.3260162, 0, -1.100781, -10, -0.6548117, 0, -10,
    0.2222908, 1.346511, 0, 0, 0, 0, 10, 0, 6.021799, 0, 4.633013, 0, 0, 0, 0, 1.319914, 0, -0.4684037, -0.8515108,
    0,
  ],
  rho: [
    5.392965, 3.475201, 4.146721, 1.422041, 7.664603, 3.173916,
  ],
  a: [
    -0.4241112, -0.4320188, -0.8787398, -0.6619831, -0.2630725, -0.9240407,
  ],
  b: [
    0.11311, 0.09165072, -0.1876915, 0.4093986, -0.117398, 0.2178605,
  ],
  x: [
    1.5, 0.5, 0.2, 2.8, 1.4, 1.6,
  ],
  probabilities: [
    0.380007, 0.4260852, 0.1017326, 0.09217519, 0.2932598, 0.1056239, 0.5187569, 0.08235945, 0.3096322, 0.3446093,
    0.1886364, 0.1571221,
  ],
};

const floats = (values: readonly number[]) => ({ floats: values });

test("probabilities of pairs become those of classes", () => {
  const model = loadOnnx(onnx({
    nodes: [{
      ...node("SVMClassifier", ["x"], "label", {
        kernel_type: "LINEAR", support_vectors: floats(svc.vectors), vectors_per_class: [6, 6, 4, 4],
        coefficients: floats(svc.coefficients), rho: floats(svc.rho), prob_a: floats(svc.a), prob_b: floats(svc.b),
        classlabels_ints: [0, 1, 2, 3],
      }),
      outputs: ["label", "y"], domain: "ai.onnx.ml",
    }],
    inputs: { x: ["N", 2] }, outputs: ["label", "y"],
  }));
  const got = model.predict(new Tensor([3, 2], Float32Array.from(svc.x)));
  expect([...got.data]).toEqual(svc.probabilities.map((value): unknown => expect.closeTo(value, 4)));
});

test("the way back is that of the probabilities which fit", () => {
  const p = [0.5, 0.3, 0.2];
  const change = [0.7, -0.4, -0.3];
  const pairs = [[0, 1], [0, 2], [1, 2]] as const;
  const r = pairs.map(([i, j]) => p[i]! / (p[i]! + p[j]!));
  const moved = pairs.map(([i, j]) => (change[i]! * p[j]! - p[i]! * change[j]!) / (p[i]! + p[j]!) ** 2);
  const { output, back } = new PairCoupling(3).pullback(new Tensor([1, 3], Float32Array.from(r)));
  output.data.forEach((value, i) => expect(value).toBeCloseTo(p[i]!, 2));
  for (const s of [[1, 0, 0], [0, 1, 0], [1, -2, 3]]) {
    const [gradient] = back(new Tensor([1, 3], Float32Array.from(s)));
    const along = gradient!.data.reduce((sum, each, k) => sum + each * moved[k]!, 0);
    expect(along).toBeCloseTo(s.reduce((sum, each, i) => sum + each * change[i]!, 0), 1);
  }
});
