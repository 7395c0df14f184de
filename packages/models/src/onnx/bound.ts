/** Layers that values decide: indices, conditions, boxes, which may be known or come while a network runs. */
import { Allowance, spanOf, type Described, type Layer, type LayerKind, type Operator } from "@relprop/layers";
import type { Shape, Value } from "@relprop/tensor";
import type { Constant } from "./constant.ts";
import { constantOf } from "./evaluation.ts";
import type { FlowFacts, Operation } from "./operation.ts";
import type { Flow } from "./value.ts";

/** No layer writes down more positions than this, one by one. */
const MOST = 2 ** 25;

/** Takes positions that a layer writes down; throws a `RangeError` for too many, or for a shape that is none. */
export function takePositions(allowance: Allowance, shape: readonly number[], each = 1): void {
  const count = shape.reduce((product, extent) => product * extent, each);
  if (!shape.every((extent) => Number.isInteger(extent) && extent >= 0) || !(count <= MOST)) {
    throw new RangeError(`takes extents that make at most ${MOST} positions, got [${shape.join(", ")}]`);
  }
  allowance.take(count);
}

/** What a layer is made of: values, and the shapes of what it reads. */
export interface Bindings {
  /** The values asked for; `undefined` where an input was left out. */
  readonly values: readonly (Constant | undefined)[];
  readonly shapes: readonly Shape[];
  /** What is left for what the layer writes down. */
  readonly allowance: Allowance;
}

/** A layer that values decide, but not the shape of what it makes. */
export interface Bound extends LayerKind, FlowFacts {
  /** The flows it reads. */
  readonly reads: readonly Flow[];
  /** Inputs of the node whose values it needs, by position. */
  readonly values: readonly number[];
  /** Those of them that may be left out; none by default. */
  readonly optional?: readonly number[];
  /** The shape of what it makes, for these shapes of what it reads and of the values. */
  shape(reads: readonly Shape[], values: readonly (Shape | undefined)[]): Shape;
  make(bindings: Bindings): Layer;
}

/** The layer: made per shape where its values are known, else when the network runs. */
export function bound(op: Operation, { reads, values, optional = [], shape, make, rank, ...kind }: Bound): Flow {
  const given = values.map((index) => op.value(index));
  const missing = values.find((index, i) => given[i] === undefined && !optional.includes(index));
  if (missing !== undefined) throw new RangeError(`takes an input ${missing}, got none`);
  const wanted = given.filter((value) => value?.kind === "flow");
  const spread = <T>(known: (constant: Constant) => T, from: readonly T[]): readonly (T | undefined)[] => {
    let next = 0;
    return given.map((value) => {
      if (value === undefined) return undefined;
      return value.kind === "flow" ? from[next++]! : known(value.constant);
    });
  };
  const operator: Operator = {
    ...kind,
    lower: (inputs: readonly Described[], allowance: Allowance) => {
      const shapes = inputs.slice(0, reads.length).map((input) => input.shape);
      const rest = inputs.slice(reads.length);
      const layer = (actual: readonly Value[], left: Allowance): Layer =>
        make({ values: spread((constant) => constant, actual.map(constantOf)), shapes, allowance: left });
      const output = shape(shapes, spread((constant) => constant.shape, rest.map((input) => input.shape)));
      const positions = reads.map((_, i) => i);
      const known = rest.map(({ value }) => value);
      if (known.every((value) => value !== undefined)) {
        for (const met of [...shapes, output, ...known.map((value) => value.shape)]) allowance.take(spanOf(met));
        return { layer: layer(known, allowance), reads: positions };
      }
      return {
        shape: output,
        reads: positions,
        bind: (actual: readonly Value[]) => layer(actual.slice(reads.length), new Allowance(MOST)),
      };
    },
  };
  const flow = op.emit(operator, [...reads, ...wanted], { rank });
  const inert = reads.every((read) => read.inert);
  return { ...flow, inert, step: { ...flow.step!, inert } };
}
