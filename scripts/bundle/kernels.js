/** The module that makes the SIMD kernels, replaced by one that holds what it makes, without the assembler. */
import { pathToFileURL } from "node:url";
import { join } from "node:path";

/** The path within `dist` of the module that is replaced. */
export const replaced = "simd/code/emit.js";

/** The text that stands for it, given where the compiled files of the tensor package are. */
export async function kernelsModule(dist) {
  const load = (path) => import(pathToFileURL(join(dist, path)).href);
  const [{ emit }, { packed }] = await Promise.all([load(replaced), load("simd/packed.js")]);
  const maximum = 65536;
  const [bytes, unshared] = [emit({ maximum, shared: true }), emit({ maximum, shared: false })];
  const places = [...bytes.keys()].filter((i) => bytes[i] !== unshared[i]);
  if (places.length !== 1) throw new RangeError(`bundle: takes kernels that differ in one byte, got ${places.length}`);
  return `import { unpacked } from "../packed.js";
/** The kernels, put together beforehand: for memory of any extent, shared or not. */
export function emit({ shared }) {
    const bytes = unpacked(KERNELS);
    if (!shared) bytes[${places[0]}] = ${unshared[places[0]]};
    return bytes;
}
const KERNELS = "${packed(bytes)}";
`;
}
