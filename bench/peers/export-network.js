/**
 * Lets PyTorch write a network to a folder, and writes what relprop says of it beside that: `model.json`, `output.f32`.
 *
 *     node bench/peers/export-network.js FOLDER NAME
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canonize, epsilonPlusFlat, LRP, planOf } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { useSimd } from "@relprop/tensor/simd";
import { exportedInputs } from "./contestants/exported-inputs.js";
import { multiplications } from "./multiplications.js";
import { transformers } from "./subjects.js";

const [folder, name] = process.argv.slice(2);
const into = join(folder, name);
const python = process.env.PYTHON ?? "/usr/bin/python3";
const script = fileURLToPath(new URL("../../scripts/torchvision/timed.py", import.meta.url));
execFileSync(python, [script, into, name], { stdio: ["ignore", "inherit", "inherit"] });

useSimd();
const model = loadOnnx(readFileSync(join(into, "model.onnx")));
const inputs = exportedInputs(into);
const output = model.predict(...inputs);
const [{ shape }] = inputs;
const planned = (lrp) => multiplications(lrp.model, shape, planOf(lrp, shape));
writeFileSync(join(into, "model.json"), JSON.stringify({
  inputShape: shape,
  products: transformers.includes(name) ? undefined : planned(new LRP(canonize(model), epsilonPlusFlat())),
}));
const { buffer, byteOffset, byteLength } = output.data;
writeFileSync(join(into, "output.f32"), new Uint8Array(buffer, byteOffset, byteLength));
