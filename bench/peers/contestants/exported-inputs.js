/** The inputs of a network that PyTorch exported. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { integers, Tensor } from "@relprop/tensor";
import { floatsOf } from "./floats.js";

/** In the network's order: whole numbers as the description has them, floats of their own file. */
export function exportedInputs(folder) {
  return described(folder).map(({ shape, values }) =>
    values === undefined ? new Tensor(shape, floatsOf(join(folder, "input.f32"))) : integers(values, shape));
}

/** Name, shape and whole numbers of each. */
export function described(folder) {
  return JSON.parse(readFileSync(join(folder, "inputs.json"), "utf8"));
}
