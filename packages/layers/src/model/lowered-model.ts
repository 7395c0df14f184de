/** A network for given shapes: a list of steps on numbered slots, with all that shapes decide decided. */
import {
  giveBack, kernels, refuseTrace, sizeOf, type Integers, type Repeated, type Shape, type Tensor, type Value,
} from "@relprop/tensor";
import { fuseSteps, type FusedStep } from "./fused-steps.ts";
import type { Graph, Node } from "./graph.ts";
import { tracesItself, type Layer } from "../layer/layer.ts";
import type { BoundLayer, ComputedValue } from "../layer/operator.ts";

/** What every step says. */
interface StepPlace {
  readonly node: Node;
  /** Where the node stands in its model. */
  readonly position: number;
  /** The slots it reads. */
  readonly reads: readonly number[];
  /** The slot it writes. */
  readonly writes: number;
}

/** A step through which relevance runs. */
export interface LayerStep extends StepPlace {
  readonly layer: Layer;
  /** Per slot it reads: whether relevance goes on there. */
  readonly carries: readonly boolean[];
}

/** A step whose layer is made while running. */
export interface BoundStep extends StepPlace {
  readonly bound: BoundLayer;
  /** Every input of the node, for `bound.bind`. */
  readonly needs: readonly number[];
  /** Per slot it reads: whether relevance goes on there. */
  readonly carries: readonly boolean[];
}

/** A step that relevance does not reach. */
export interface ComputedStep extends StepPlace {
  readonly computed: ComputedValue;
}

/** One thing to do in a forward pass. */
export type Step = LayerStep | BoundStep | ComputedStep;

/** What a lowering is made of. */
export interface LoweredParts {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly constants: ReadonlyMap<number, Value>;
  readonly slots: ReadonlyMap<string, number>;
}

/** The steps of a network for given input shapes. Slots hold the inputs first, then the nodes' values in order. */
export class LoweredModel {
  readonly steps: readonly Step[];
  /** The shape of every value by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly #graph: Graph;
  readonly #constants: ReadonlyMap<number, Value>;
  readonly #slots: ReadonlyMap<string, number>;
  #again: Repeated<readonly Value[]> | undefined;
  /** The steps of a pass of which only outputs are asked for. */
  #fused: readonly (Step | FusedStep)[] | undefined;
  /** How often each slot is read in such a pass; what stays is read for ever. */
  #readings: readonly number[] = [];

  constructor({ graph, steps, shapes, constants, slots }: LoweredParts) {
    this.#graph = graph;
    this.steps = steps;
    this.shapes = shapes;
    this.#constants = constants;
    this.#slots = slots;
  }

  /** Memory for one pass: the inputs and what is known are in place. */
  slots(inputs: readonly Value[]): (Value | undefined)[] {
    const slots = new Array<Value | undefined>(this.#graph.inputs.length + this.#graph.nodes.length).fill(undefined);
    inputs.forEach((input, i) => {
      slots[i] = input;
    });
    for (const [slot, value] of this.#constants) slots[slot] = value;
    return slots;
  }

  /** The slot of a value by name; `undefined` if there is none. */
  slotOf(name: string): number | undefined {
    return this.#slots.get(name);
  }

  /** Elements of all values together. */
  get elements(): number {
    return [...this.shapes.values()].reduce((total, shape) => total + sizeOf(shape), 0);
  }

  /** The outputs for these inputs, in memory that the next call overwrites; `undefined` where they have to be `run`. */
  again(inputs: readonly Value[]): readonly Value[] | undefined {
    this.#again ??= kernels().traced?.(this.elements);
    return this.#again?.of(inputs, (own) => this.run(own));
  }

  /** The outputs for these inputs. */
  run(inputs: readonly Value[]): readonly Value[] {
    const slots = this.slots(inputs);
    const outputs = this.#graph.outputs.map((name) => this.#slots.get(name)!);
    if (this.#fused === undefined) {
      this.#fused = fuseSteps(this.steps, new Set(outputs));
      const readings = slots.map((value) => (value === undefined ? 0 : Infinity));
      for (const slot of outputs) readings[slot] = Infinity;
      for (const step of this.#fused) for (const slot of slotsOf(step)) readings[slot]!++;
      this.#readings = readings;
    }
    const left = [...this.#readings];
    // Slots whose memory others may lie in; what is constant lies in memory of its own.
    const live = new Set(inputs.keys());
    for (const step of this.#fused) {
      slots[step.writes] = "product" in step
        ? step.product.clipped(slots[step.reads[0]!] as Tensor, step.bounds)
        : execute(step, slots);
      live.add(step.writes);
      for (const slot of slotsOf(step)) {
        if (--left[slot]! > 0) continue;
        live.delete(slot);
        const { data } = slots[slot]!;
        slots[slot] = undefined;
        // What is small is not worth the time.
        if (data.length >= 1024) end(data, slots, live);
      }
    }
    return outputs.map((slot) => slots[slot]!);
  }
}

/** Every slot that a step looks at. */
export function slotsOf(step: Step | FusedStep): readonly number[] {
  return "needs" in step ? step.needs : step.reads;
}

/** Gives back the memory of a value that is not read again, unless another lies in it. */
function end(data: Value["data"], slots: readonly (Value | undefined)[], live: ReadonlySet<number>): void {
  const { buffer, byteOffset: from, byteLength } = data;
  for (const slot of live) {
    const other = slots[slot]!.data;
    const overlaps = other.byteOffset < from + byteLength && from < other.byteOffset + other.byteLength;
    if (overlaps && other.buffer === buffer) return;
  }
  if (data instanceof Float32Array) giveBack(data);
}

/** The value a step makes of the slots it reads. */
export function execute(step: Step, slots: readonly (Value | undefined)[]): Value {
  if ("computed" in step) {
    refuseTrace();
    return step.computed.compute(step.reads.map((slot) => slots[slot]!));
  }
  const layer = layerOf(step, slots);
  return layer.forward(...readTensors(step, slots));
}

/** The layer of a step, made now where it depends on values. */
export function layerOf(step: LayerStep | BoundStep, slots: readonly (Value | undefined)[]): Layer {
  const layer = "layer" in step ? step.layer : step.bound.bind(step.needs.map((slot) => slots[slot]!));
  if (!("layer" in step && tracesItself(layer))) refuseTrace();
  return layer;
}

/** The tensors a layer reads. */
export function readTensors(step: LayerStep | BoundStep, slots: readonly (Value | undefined)[]): readonly Tensor[] {
  // Lowering has seen to it that these are floats.
  return step.reads.map((slot) => slots[slot] as Exclude<Value, Integers>);
}
