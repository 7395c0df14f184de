/** The module that makes the SIMD kernels, replaced by one that holds what it makes, without the assembler. */
import { fileURLToPath } from "node:url";
import { rolldown } from "./rolldown.js";

const sources = fileURLToPath(new URL("../../packages/tensor/src/simd/", import.meta.url));
const replaced = `${sources}code/emit.ts`;

/** What a bundle of the tensor package is made with. */
export function emittedKernels() {
  return {
    name: "emitted-kernels",
    load: (id) => (id === replaced ? kernelsModule() : undefined),
  };
}

async function kernelsModule() {
  const [made, { packed }] = await Promise.all([compiled(replaced), compiled(`${sources}packed.ts`)]);
  const functions = Object.entries(made).map(([name, emit]) => emitting(name, emit, packed));
  return `import { unpacked } from "../packed.ts";\n${functions.join("\n")}`;
}

/** A function that gives what this one makes, put together beforehand: for memory of any extent, shared or not. */
function emitting(name, emit, packed) {
  const maximum = 65536;
  const [bytes, unshared] = [emit({ maximum, shared: true }), emit({ maximum, shared: false })];
  const places = [...bytes.keys()].filter((i) => bytes[i] !== unshared[i]);
  if (places.length !== 1) throw new RangeError(`bundle: takes kernels that differ in one byte, got ${places.length}`);
  return `
    export function ${name}({ shared }) {
      const bytes = unpacked("${packed(bytes)}");
      if (!shared) bytes[${places[0]}] = ${unshared[places[0]]};
      return bytes;
    }`;
}

/** What a source exports. */
async function compiled(source) {
  const made = await rolldown({ input: source });
  const { output } = await made.generate();
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
