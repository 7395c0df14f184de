/** Lowering: one walk through a network with the shapes of its inputs, which decides all that follows from them. */
import { formatShape, Integers, keep, ShapeError, sizeOf, Tensor, type Shape, type Value } from "@relprop/tensor";
import { Allowance, MORE, MOST_AXES, spanOf, STEP } from "../layer/allowance.ts";
import type { Graph, Node } from "./graph.ts";
import { isAffine, type Layer, type Role } from "../layer/layer.ts";
import { execute, LoweredModel, slotsOf, type Step } from "./lowered-model.ts";
import { isOperator, ValueNeeded, type Described, type Lowering } from "../layer/operator.ts";

/** Thrown where shapes alone do not decide what a network is: the values of these inputs do. */
export class Undetermined extends Error {
  override readonly name = "Undetermined";
  readonly node: string;
  /** Names of inputs that are whole numbers; empty where it depends on what the network computes. */
  readonly inputs: readonly string[];

  constructor(node: string, inputs: readonly string[]) {
    const what = inputs.length === 0 ? "values that the network computes" : `the values of ${inputs.join(", ")}`;
    super(`node "${node}": has a shape that depends on ${what}`);
    this.node = node;
    this.inputs = inputs;
  }
}

/** What a value is described as. */
export function describe(value: Value): Described {
  return value instanceof Integers
    ? { type: value.type, shape: value.shape }
    : { type: "float", shape: value.shape };
}

/**
 * The network for inputs of these descriptions. With `actual` inputs, what depends on values is computed on the way,
 * and the result holds for these inputs alone; without, throws an `Undetermined` for it. No more elements of the
 * inputs than `counted` allow work.
 */
export function lower(
  graph: Graph, inputs: readonly Described[], actual?: readonly Value[], counted: number = Infinity,
): LoweredModel {
  return new Lowerer(graph, inputs, actual, counted).model();
}

/** What lowering may cost for every element of the inputs, unless limits say otherwise. */
const PER_INPUT = 32;

/** No value is larger than this, so that shapes cannot ask for the impossible. */
const LARGEST = 2 ** 31;

/** Nor, where there are limits, than so many for each element they allow, and for each of the inputs together. */
const [PER_ALLOWED, PER_GIVEN] = [16, 4096];

class Lowerer {
  readonly #graph: Graph;
  readonly #actual: readonly Value[] | undefined;
  readonly #slots = new Map<string, number>();
  readonly #described: Described[] = [];
  readonly #carries: boolean[] = [];
  readonly #steps: Step[] = [];
  readonly #constants = new Map<number, Value>();
  readonly #makers = new Map<number, Step>();
  /** What was computed on the way. */
  readonly #values = new Map<number, Value>();
  readonly #allowance: Allowance;
  /** The most elements of a value. */
  readonly #largest: number;

  constructor(graph: Graph, inputs: readonly Described[], actual: readonly Value[] | undefined, counted: number) {
    this.#graph = graph;
    this.#actual = actual;
    const elements = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const { elements: most, perInput = PER_INPUT, largest } = graph.limits ?? { elements: Infinity };
    this.#allowance = new Allowance(most + perInput * Math.min(elements, counted));
    this.#largest = Math.min(LARGEST, largest ?? PER_ALLOWED * most + PER_GIVEN * elements);
    graph.inputs.forEach(({ name }, i) => {
      checkExtents(`Model input "${name}": takes`, inputs[i]!.shape, LARGEST);
      this.#slots.set(name, i);
      this.#described.push(inputs[i]!);
      this.#carries.push(inputs[i]!.type === "float");
    });
  }

  model(): LoweredModel {
    this.#graph.nodes.forEach((node, position) => this.#node(node, position));
    const shapes = new Map<string, Shape>();
    for (const [name, slot] of this.#slots) shapes.set(name, this.#described[slot]!.shape);
    return new LoweredModel({
      graph: this.#graph, steps: this.#steps, shapes, constants: this.#constants, slots: this.#slots,
    });
  }

  #node(node: Node, position: number): void {
    const writes = this.#graph.inputs.length + position;
    const sources = node.inputs.map((name) => this.#slots.get(name)!);
    const lowering = within(node, () => this.#lowering(node, sources));
    this.#slots.set(node.name, writes);
    const place = { node, position, writes };
    if ("value" in lowering) {
      const { value } = lowering;
      this.#constants.set(writes, value);
      this.#put(node, { ...describe(value), value }, false);
    } else if ("compute" in lowering) {
      this.#add({ ...place, reads: sources, computed: lowering });
      this.#put(node, { type: lowering.type, shape: lowering.shape }, false);
    } else {
      const reads = lowering.reads.map((index) => sources[index]!);
      // What a network calls inert stays so, whatever it is made of.
      const carries = reads.map((slot) => this.#carries[slot]! && node.inert !== true);
      const isSource = "bind" in lowering && lowering.source === true;
      const shape = "bind" in lowering
        ? lowering.shape
        : within(node, () => lowering.layer.outputShape(...reads.map((slot) => this.#described[slot]!.shape)));
      this.#add("bind" in lowering
        ? { ...place, reads, carries, needs: sources, bound: lowering }
        : { ...place, reads, carries, layer: lowering.layer });
      this.#put(node, { type: "float", shape }, node.inert !== true && (isSource || carries.includes(true)));
    }
  }

  #put(node: Node, described: Described, carries: boolean): void {
    const { shape } = described;
    checkExtents(`node "${node.name}": makes`, shape, this.#largest);
    within(node, () => this.#allowance.take(STEP + shape.reduce((sum, extent) => sum + extent, 0)));
    this.#described.push(described);
    this.#carries.push(carries);
  }

  #add(step: Step): void {
    this.#steps.push(step);
    this.#makers.set(step.writes, step);
  }

  #lowering(node: Node, sources: readonly number[]): Lowering {
    const { layer } = node;
    const inputs = sources.map((slot) => this.#described[slot]!);
    if (isOperator(layer)) {
      for (;;) {
        try {
          return keep(() => layer.lower(inputs, this.#allowance));
        } catch (error) {
          if (!(error instanceof ValueNeeded)) throw error;
          inputs[error.position] = this.#decided(node, sources[error.position]!);
        }
      }
    }
    const whole = inputs.findIndex(({ type }) => type !== "float");
    if (whole >= 0) throw new ShapeError(`${layer.kind}: takes floats as input ${whole}, got ${inputs[whole]!.type}`);
    const reads = sources.map((_, i) => i);
    const isKnown = inputs.length > 0 && inputs.every(({ value }) => value !== undefined);
    // What costs more than is left is computed when the network runs, like everything else.
    const cost = isKnown ? costOf(layer, inputs.map(({ shape }) => shape)) : 0;
    if (!isKnown || !this.#allowance.has(cost)) return { layer, reads };
    this.#allowance.take(cost);
    return { value: keep(() => layer.forward(...inputs.map(({ value }) => value as Tensor))) };
  }

  /** A value that has to be known now, computed from the actual inputs. */
  #decided(node: Node, slot: number): Described {
    if (this.#actual === undefined) throw new Undetermined(node.name, this.#wholeInputsOf(slot));
    return { ...this.#described[slot]!, value: this.#valueOf(slot) };
  }

  #valueOf(slot: number): Value {
    const known = this.#values.get(slot) ?? this.#constants.get(slot) ?? this.#actual?.[slot];
    if (known !== undefined) return known;
    // In order, and not by recursion: networks are deep.
    const slots: (Value | undefined)[] = [...this.#actual!];
    for (const [at, value] of [...this.#constants, ...this.#values]) slots[at] = value;
    for (const step of this.#needed(slot)) {
      slots[step.writes] = keep(() => execute(step, slots));
      this.#values.set(step.writes, slots[step.writes]!);
    }
    return slots[slot]!;
  }

  /** The steps that still have to run for a slot's value, in order. */
  #needed(slot: number): readonly Step[] {
    const found = new Set<Step>();
    const pending = [slot];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const step = this.#values.has(at) ? undefined : this.#makers.get(at);
      if (step === undefined || found.has(step)) continue;
      found.add(step);
      for (const source of slotsOf(step)) pending.push(source);
    }
    return this.#steps.filter((step) => found.has(step));
  }

  /** The inputs of whole numbers that a slot's value follows from; none if it follows from floats too. */
  #wholeInputsOf(slot: number): readonly string[] {
    const names = new Set<string>();
    const seen = new Set<number>();
    const pending = [slot];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const input = this.#graph.inputs[at];
      if (input !== undefined) {
        if (this.#described[at]!.type === "float") return [];
        names.add(input.name);
        continue;
      }
      const step = this.#makers.get(at);
      if (step !== undefined) for (const source of slotsOf(step)) pending.push(source);
    }
    return [...names];
  }
}

/** Throws a `ShapeError` for values that are out of all proportion. */
function checkExtents(who: string, shape: Shape, most: number): void {
  const isCounted = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
  if (shape.length <= MOST_AXES && isCounted && spanOf(shape) <= most) return;
  const hint = most < LARGEST ? MORE : "";
  throw new ShapeError(`${who} at most ${MOST_AXES} axes of ${most} elements${hint}, got ${formatShape(shape)}`);
}

/** At least as many as the elements that a layer reads and writes, each as often as it is met. */
function costOf(layer: Layer, inputs: readonly Shape[]): number {
  const output = spanOf(layer.outputShape(...inputs));
  const read = inputs.reduce((sum, shape) => sum + spanOf(shape), isAffine(layer) ? layer.weight.size : 0);
  // Windows overlap: pools meet an element as often as their kernel is large.
  return ONCE.has(layer.role) && !layer.kind.endsWith("Pool") ? output + read : output * read;
}

/** Roles of layers that meet every element once, or a few times. */
const ONCE: ReadonlySet<Role> = new Set<Role>(["activation", "normalization", "route", "sum"]);

/** Runs `body`, and says which node an error about shapes or values came from. */
function within<T>(node: Node, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof RangeError) throw new ShapeError(`node "${node.name}": ${error.message}`, { cause: error });
    throw error;
  }
}
