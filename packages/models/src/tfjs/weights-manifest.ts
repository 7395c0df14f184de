/** The weights of a TensorFlow.js model: names and shapes in JSON, numbers one after another in binary shards. */
import { MOST_AXES, spanOf, STEP, type Allowance } from "@relprop/layers";
import { EncodedTensor, levels, sizeOf, Tensor, type Shape } from "@relprop/tensor";
import { areLevels, byteSize, decode, encodedFloats, toFloat32, type DType } from "../dtype.ts";
import { Parts, type FileParts } from "../files/parts.ts";
import type { Json } from "../json.ts";
import { plainPath } from "../onnx/external-data.ts";
import { Settings } from "./settings.ts";

/** Weights by name: `conv2d_1/kernel`. */
export class KerasWeights {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  /** By what stands behind a slash of the name. */
  #byEnd: ReadonlyMap<string, Tensor> | undefined;
  /** By each part of their paths. */
  #byPart: ReadonlyMap<string, readonly Placed[]> | undefined;

  readonly #allowance: Allowance;

  constructor(tensors: ReadonlyMap<string, Tensor>, allowance: Allowance) {
    this.#tensors = tensors;
    this.#allowance = allowance;
  }

  /** A weight by its whole name. */
  named(name: string): Tensor | undefined {
    return this.#tensors.get(name);
  }

  /** Whether there is a weight of a layer of that name. */
  has(layer: string): boolean {
    return this.#placed(layer).length > 0;
  }

  /** A parameter of a layer, also where the layer's name stands within a longer path; `undefined` if there is none. */
  find(layer: string, parameter: string): Tensor | undefined {
    const name = `${layer}/${parameter}`;
    const exact = this.#tensors.get(name);
    if (exact !== undefined) return exact;
    this.#byEnd ??= byEnd(this.#tensors);
    return this.#byEnd.get(name);
  }

  /**
   * A parameter whose path leads through a layer's name and a part for which `belongs` holds, whatever else stands
   * there: `lstm/lstm_cell/kernel`. Throws a `RangeError` where there are several.
   */
  within(layer: string, belongs: (segment: string) => boolean, parameter: string): Tensor | undefined {
    const found = this.#placed(layer).filter(({ name, last, path }) => {
      this.#allowance.take(name.length);
      return last === parameter && path.some(belongs);
    });
    if (found.length > 1) {
      throw new RangeError(`takes one weight ${parameter}, got ${found.map(({ name }) => name).join(", ")}`);
    }
    return found[0] === undefined ? undefined : this.#tensors.get(found[0].name);
  }

  /** The weights whose paths lead through a layer's name. */
  #placed(layer: string): readonly Placed[] {
    this.#byPart ??= byPart(this.#tensors.keys());
    return this.#byPart.get(layer) ?? [];
  }
}

/** Where a weight stands. */
interface Placed {
  readonly name: string;
  /** The parts of its name before the last, each once. */
  readonly path: readonly string[];
  readonly last: string;
}

/** Names by each part of their paths: split once, as there are as many questions as layers. */
function byPart(names: Iterable<string>): ReadonlyMap<string, readonly Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const name of names) {
    const parts = name.split("/");
    const placed = { name, path: [...new Set(parts.slice(0, -1))], last: parts.at(-1)! };
    for (const part of placed.path) {
      const there = found.get(part) ?? [];
      found.set(part, there);
      there.push(placed);
    }
  }
  return found;
}

/** The first tensor for everything that stands behind one of the last slashes of a name. */
function byEnd(tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
  const found = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    let slash = name.length;
    for (let depth = 0; depth < DEEPEST && slash > 0; depth++) {
      slash = name.lastIndexOf("/", slash - 1);
      const end = name.slice(slash + 1);
      if (slash >= 0 && !found.has(end)) found.set(end, tensor);
    }
  }
  return found;
}

/** Layers' names have fewer slashes. */
const DEEPEST = 16;

const DTYPES: ReadonlyMap<string, DType> = new Map([
  ["float32", "F32"], ["float16", "F16"], ["int32", "I32"], ["uint8", "U8"], ["uint16", "U16"], ["bool", "BOOL"],
]);

/** Reads a manifest: groups of weights, each in as many shards as it has paths. */
export function readManifest(
  manifest: readonly Json[], shards: readonly FileParts[], allowance: Allowance,
): KerasWeights {
  const groups = manifest.map((group) => new Settings(group, "a group of weights"));
  const counts = groups.map((group) => pathsOf(group).length);
  const needed = manifestPaths(manifest).length;
  if (needed !== shards.length) throw new RangeError(`takes ${needed} shards of weights, got ${shards.length}`);
  const tensors = new Map<string, Tensor>();
  let next = 0;
  groups.forEach((group, i) => {
    const bytes = new Parts(shards.slice(next, next + counts[i]!).flat());
    next += counts[i]!;
    readGroup(group.list("weights") ?? [], bytes, tensors, allowance);
  });
  return new KerasWeights(tensors, allowance);
}

/**
 * The paths of the shards that a manifest names, in their order, each plain one as `plainPath` writes it. Throws a
 * `RangeError` where one stands twice.
 */
export function manifestPaths(manifest: readonly Json[]): readonly string[] {
  const found = new Set<string>();
  for (const path of manifest.flatMap((group) => pathsOf(new Settings(group, "a group of weights")))) {
    const name = plainPath(path) ?? path;
    if (found.has(name)) throw new RangeError(`takes every shard once, got ${JSON.stringify(name)} twice`);
    found.add(name);
  }
  return [...found];
}

function pathsOf(group: Settings): readonly string[] {
  return (group.list("paths") ?? []).map((path) => {
    if (typeof path !== "string") throw new RangeError("takes texts as paths, got something else");
    return path;
  });
}

function readGroup(
  specs: readonly Json[], bytes: Parts, into: Map<string, Tensor>, allowance: Allowance,
): void {
  let at = 0;
  for (const json of specs) {
    const spec = new Settings(json, "a weight");
    const name = (spec.text("name") ?? "").replace(/:0$/, "");
    const shape = spec.numbers("shape") ?? [];
    const whole = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
    const quantization = spec.any("quantization") === undefined ? undefined : spec.settings("quantization");
    const format = quantization?.text("dtype") ?? spec.text("dtype") ?? "float32";
    if (format === "string") {
      at = behindTexts(bytes, at, { count: sizeOf(shape), allowance });
      continue;
    }
    const dtype = DTYPES.get(format);
    if (dtype === undefined) {
      throw new RangeError(`takes weights in ${[...DTYPES.keys()].join(", ")}, got ${format} for "${name}"`);
    }
    const length = sizeOf(shape) * byteSize(dtype);
    if (!whole || !(at + length <= bytes.length)) {
      throw new RangeError(`takes ${length} bytes for "${name}" [${shape.join(", ")}], got ${bytes.length - at}`);
    }
    const rank = shape.length;
    if (rank > MOST_AXES) throw new RangeError(`takes weights of at most ${MOST_AXES} axes, got ${rank}`);
    // Loops over the other axes do not end because one is empty, and whoever gives shards may give one several times.
    allowance.take(spanOf(shape));
    if (into.has(name)) throw new RangeError(`takes every weight once, got "${name}" twice`);
    const isWhole = spec.text("dtype") === "int32";
    into.set(name, weight(shape, dtype, bytes.subarray(at, at + length), { quantization, isWhole }));
    at += length;
  }
  if (at !== bytes.length) throw new RangeError(`takes weights of ${at} bytes, got ${bytes.length}`);
}

/** How the numbers of a weight are stored. */
interface Stored {
  readonly quantization: Settings | undefined;
  /** Whether they are whole numbers, to which what was scaled is rounded. */
  readonly isWhole: boolean;
}

/** A weight, if it is large as it is stored: `scale · x + min`, where half floats have neither. */
function weight(shape: Shape, dtype: DType, bytes: Uint8Array, { quantization, isWhole }: Stored): Tensor {
  const [scale, offset] = [quantization?.number("scale"), quantization?.number("min")];
  const isScaled = scale !== undefined || offset !== undefined;
  const halves = isScaled ? undefined : encodedFloats(bytes, dtype);
  if (halves !== undefined) return new EncodedTensor(shape, halves);
  const stored = decode(bytes, dtype);
  if (!isScaled) return new Tensor(shape, toFloat32(stored));
  const how = { scale: [scale ?? 1], offset: offset ?? 0 };
  if (areLevels(stored) && !isWhole) return new EncodedTensor(shape, levels(stored, how));
  const floats = new Float32Array(stored.length);
  for (let i = 0; i < floats.length; i++) floats[i] = stored[i]! * how.scale[0]! + how.offset;
  return new Tensor(shape, isWhole ? floats.map((value) => Math.round(value)) : floats);
}

/** Where texts end, each behind its length in four bytes: nothing here reads them. */
function behindTexts(
  bytes: Parts, start: number, { count, allowance }: { readonly count: number; readonly allowance: Allowance },
): number {
  allowance.take(STEP * count);
  let at = start;
  for (let i = 0; i < count && at + 4 <= bytes.length; i++) {
    const length = bytes.subarray(at, at + 4);
    at += 4 + new DataView(length.buffer, length.byteOffset, 4).getUint32(0, true);
  }
  return at;
}
