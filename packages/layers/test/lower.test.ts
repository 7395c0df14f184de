import { Integers, integers, tensor, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  ActivationLayer, Add, Constant, Model, relu, Reshape, Scale, valueAt,
  type Described, type Lowering, type Operator,
} from "../src/index.ts";

const shapeOf: Operator = {
  kind: "Shape", role: "other", lower: ([x]) => ({ value: integers(x!.shape) }),
};

/** Lays the elements out as the second input says. */
const reshapeTo: Operator = {
  kind: "ReshapeTo",
  role: "route",
  lower(inputs): Lowering {
    const shape = Array.from(valueAt(inputs, 1).data);
    return { layer: new Reshape(shape, { from: 0 }), reads: [0] };
  },
};

/** As many zeros as the input has elements that are not 0. */
const nonZero: Operator = {
  kind: "NonZero",
  role: "other",
  lower(inputs): Lowering {
    const count = Array.from(valueAt(inputs, 0).data).filter((value) => value !== 0).length;
    return { value: integers(new Array<number>(count).fill(0)) };
  },
};

const rows = (table: Tensor): Operator => ({
  kind: "Embedding",
  role: "route",
  lower([ids]: readonly Described[]): Lowering {
    const width = table.shape[1]!;
    return {
      shape: [...ids!.shape, width],
      reads: [],
      source: true,
      bind([given]) {
        const row = (i: number): number => given!.data[Math.floor(i / width)]! * width;
        const picked = Float32Array.from({ length: given!.size * width }, (_, i) => table.data[row(i) + (i % width)]!);
        return new Constant(new Tensor([...given!.shape, width], picked));
      },
    };
  },
});

const flattening = new Model({
  inputs: [{ name: "x" }],
  nodes: [
    { name: "shape", layer: shapeOf, inputs: ["x"], index: [], inert: true },
    { name: "flat", layer: new Reshape([-1], { from: 0 }), inputs: ["x"], index: [0] },
    { name: "back", layer: reshapeTo, inputs: ["flat", "shape"], index: [1] },
  ],
  outputs: ["back"],
});

describe("lowering", () => {
  test("what follows from shapes takes no step", () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]);
    const lowered = flattening.lower(x);
    expect(lowered.steps.map(({ node }) => node.name)).toEqual(["flat", "back"]);
    expect(lowered.shapes.get("back")).toEqual([2, 3]);
    expect(flattening.predict(x)).toEqual(x);
    expect(flattening.predict(x.reshape([1, 6, 1])).shape).toEqual([1, 6, 1]);
  });

  test("the same shapes are lowered once", () => {
    const x = tensor([[1, 2, 3]]);
    expect(flattening.lower(x)).toBe(flattening.lower(tensor([[4, 5, 6]])));
    expect(flattening.lower(x)).not.toBe(flattening.lower(x.reshape([3, 1])));
  });

  test("a bounded number of lowerings is kept", () => {
    const first = flattening.lower(tensor([[1]]));
    for (let n = 2; n < 20; n++) flattening.lower(new Tensor([1, n], new Float32Array(n)));
    expect(flattening.lower(tensor([[1]]))).not.toBe(first);
  });

  const reshaping = new Model({
    inputs: [{ name: "x" }, { name: "target", type: "int64" }],
    nodes: [{ name: "out", layer: reshapeTo, inputs: ["x", "target"], index: [0] }],
    outputs: ["out"],
  });

  test("inputs that decide shapes are taken by value", () => {
    const x = tensor([1, 2, 3, 4]);
    expect(reshaping.predict(x, integers([2, 2])).shape).toEqual([2, 2]);
    expect(reshaping.predict(x, integers([1, 4])).shape).toEqual([1, 4]);
    expect(() => reshaping.shapes([4], [2])).toThrow('node "out": has a shape that depends on the values of target');
  });

  test("what depends on computed values is computed on the way", () => {
    const model = new Model({
      inputs: [{ name: "x" }],
      nodes: [
        { name: "relu", layer: new ActivationLayer(relu), inputs: ["x"], index: [0] },
        { name: "found", layer: nonZero, inputs: ["relu"], index: [], inert: true },
      ],
      outputs: ["found"],
    });
    expect(model.run(tensor([[1, -1, 3]]))[0]!.shape).toEqual([2]);
    expect(model.run(tensor([[1, 1, 3]]))[0]!.shape).toEqual([3]);
    expect(() => model.shapes([1, 3])).toThrow("depends on values that the network computes");
  });

  test("relevance runs along what comes from floats or looked-up rows, and along nothing else", () => {
    const asFloats: Operator = {
      kind: "Cast",
      role: "other",
      lower: ([x]) => ({
        type: "float", shape: x!.shape, compute: ([ids]) => new Tensor(ids!.shape, Float32Array.from(ids!.data)),
      }),
    };
    const model = new Model({
      inputs: [{ name: "ids", type: "int64" }, { name: "mask", type: "int64" }],
      nodes: [
        { name: "rows", layer: rows(tensor([[1, 2], [3, 4]])), inputs: ["ids"], index: [0] },
        { name: "cast", layer: asFloats, inputs: ["mask"], index: [], inert: true },
        { name: "less", layer: new Scale(tensor([-1, -1])), inputs: ["cast"], index: [], inert: true },
        { name: "sum", layer: new Add(), inputs: ["rows", "less"], index: [1] },
      ],
      outputs: ["sum"],
    });
    const [ids, mask] = [integers([1, 0], [1, 2]), new Integers([1, 2, 2], Float64Array.of(1, 1, 0, 0))];
    const carries = model.lower(ids, mask).steps.flatMap((step) => ("carries" in step ? [step.carries] : []));
    expect(carries).toEqual([[], [false], [true, false]]);
    expect(Array.from(model.predict(ids, mask).data)).toEqual([2, 3, 1, 2]);
    expect(() => model.predict(tensor([[1]]), mask)).toThrow('Model input "ids": takes Integers (int64), got floats');
    expect(model.carriers.map(({ name }) => name)).toEqual(["rows", "sum"]);
  });

  test("a layer of floats refuses whole numbers by name", () => {
    const model = new Model({
      inputs: [{ name: "x" }],
      nodes: [
        { name: "shape", layer: shapeOf, inputs: ["x"], index: [], inert: true },
        { name: "relu", layer: new ActivationLayer(relu), inputs: ["shape"], index: [0] },
      ],
      outputs: ["relu"],
    });
    expect(() => model.predict(tensor([[1]]))).toThrow('node "relu": Relu: takes floats as input 0, got int64');
  });
});
