/** What an explanation was made of and what came out, so that anybody can make it again and compare. */
import { compositeToJson, type Composite, type Explanation } from "@relprop/lrp";
import { kernels, type Tensor } from "@relprop/tensor";
import type { WrittenOptions } from "./given-options.ts";
import { sha256, type RecordedFile } from "./recorded-files.ts";

/** Numbers, and what is enough to see whether others are the same or nearly so. */
export interface NumbersDigest {
  readonly shape: readonly number[];
  /** Of the bytes of its single-precision numbers, little-endian. */
  readonly sha256: string;
  readonly sum: number;
  /** The sum of sizes. */
  readonly size: number;
  /** Up to 256 of them, equally far apart. */
  readonly probe: readonly number[];
}

/** A manifest, as JSON. */
export interface Manifest {
  readonly version: 1;
  readonly relprop: string;
  /** What computed it: bits agree where the same kernels did. */
  readonly kernels: string;
  readonly model: string;
  /** The file that was explained; absent for texts, which stand among the options. */
  readonly input?: string;
  /** The token ids of a text. */
  readonly ids?: readonly number[];
  readonly options: WrittenOptions;
  /** Every file that was read. */
  readonly files: readonly RecordedFile[];
  readonly composite: { readonly name: string; readonly sha256: string };
  readonly target: readonly number[] | undefined;
  readonly output: NumbersDigest;
  readonly relevance: NumbersDigest;
  /** Absent for methods that are no relevance propagation. */
  readonly conservation?: { readonly started: number; readonly arrived: number };
}

/** What a manifest is made of besides the explanation. */
export interface Making extends Pick<Manifest, "relprop" | "model" | "input" | "ids" | "options"> {
  readonly files: ReadonlyMap<string, string>;
  readonly name: string;
  readonly composite: Composite;
  readonly isLRP: boolean;
}

/** The manifest of an explanation. */
export function manifestOf(explanation: Explanation, making: Making): Manifest {
  const { files, name, composite, isLRP, ...rest } = making;
  const { started, arrived } = isLRP ? explanation.conservation : { started: 0, arrived: 0 };
  return {
    version: 1, ...rest, kernels: kernels().name,
    files: [...files].map(([path, digest]) => ({ path, sha256: digest })),
    composite: { name, sha256: sha256(JSON.stringify(compositeToJson(composite))) },
    target: explanation.target, output: digestOf(explanation.output), relevance: digestOf(...arrivals(explanation)),
    ...(isLRP ? { conservation: { started, arrived } } : {}),
  };
}

/** Where relevance ended: on the input, and on rows that token ids looked up. */
function arrivals({ relevance, sources }: Explanation): readonly Tensor[] {
  return [relevance, ...sources.values()];
}

function digestOf(...tensors: readonly Tensor[]): NumbersDigest {
  const data = new Float32Array(tensors.reduce((count, { data: { length } }) => count + length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  const shape = tensors.length === 1 ? tensors[0]!.shape : [data.length];
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setFloat32(4 * i, value, true));
  const step = Math.max(1, Math.ceil(data.length / 256));
  return {
    shape, sha256: sha256(bytes),
    sum: data.reduce((total, value) => total + value, 0),
    size: data.reduce((total, value) => total + Math.abs(value), 0),
    probe: Array.from({ length: Math.ceil(data.length / step) }, (_, i) => data[i * step]!),
  };
}

/** How far numbers may lie apart that other kernels computed, as a part of the mean size of all. */
export const TOLERANCE = 1e-3;

/** A sentence for everything in which a manifest made again differs; none where it is the same. */
export function differences(was: Manifest, is: Manifest): readonly string[] {
  const found: string[] = [];
  const now = new Map(is.files.map(({ path, sha256: digest }) => [path, digest]));
  for (const { path, sha256: digest } of was.files) {
    if (now.get(path) !== digest) found.push(`${path} is not the file that it was`);
  }
  if (was.composite.sha256 !== is.composite.sha256) found.push(`the composite ${was.composite.name} has other rules`);
  if (JSON.stringify(was.target) !== JSON.stringify(is.target)) {
    found.push(`the target was ${JSON.stringify(was.target)}, and is ${JSON.stringify(is.target)}`);
  }
  if (was.ids?.join() !== is.ids?.join()) found.push("the text has other tokens");
  const sameKernels = was.kernels === is.kernels;
  for (const what of ["output", "relevance"] as const) {
    const [before, after] = [was[what], is[what]];
    if (before.sha256 === after.sha256) continue;
    if (sameKernels) found.push(
      `the ${what} has other bits, though the kernels are those of the manifest (${is.kernels})`,
    );
    else if (apart(before, after) > TOLERANCE) {
      found.push(`the ${what} lies ${apart(before, after).toPrecision(2)} apart, with other kernels (${is.kernels}); ` +
        `${TOLERANCE} is allowed`);
    }
  }
  return found;
}

/** The largest difference of what was probed, as a part of the mean size. */
export function apart(before: NumbersDigest, after: NumbersDigest): number {
  if (before.probe.length !== after.probe.length || before.shape.join() !== after.shape.join()) return Infinity;
  const count = before.shape.reduce((all, extent) => all * extent, 1);
  const scale = before.size / Math.max(1, count) || 1;
  const sums = Math.abs(before.sum - after.sum) / Math.max(before.size, Number.MIN_VALUE);
  return before.probe.reduce((most, value, i) => Math.max(most, Math.abs(value - after.probe[i]!) / scale), sums);
}
