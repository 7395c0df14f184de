// The bundled network that reads digits, and one of its pictures.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeImage, imageToTensor, loadOnnx, prepare } from "relprop";
import { root } from "../runtimes/pack.js";

const folder = join(root, "examples/digits");
export const read = loadOnnx(readFileSync(join(folder, "digits.onnx")));
export const model = prepare(read);

export async function digit(name) {
  const image = await decodeImage(readFileSync(join(folder, `images/${name}.png`)));
  return { model, image, input: imageToTensor(image, { channels: 1 }) };
}
