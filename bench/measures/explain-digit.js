// From nothing to the first explanation of a digit; prints the processor's share of it, in seconds.
import { readFileSync } from "node:fs";
import { decodeImage, epsilonPlusFlat, imageToTensor, loadOnnx, LRP, prepare, useSimd } from "relprop";

useSimd();
const digits = new URL("../../examples/digits/", import.meta.url);
const model = prepare(loadOnnx(readFileSync(new URL("digits.onnx", digits))));
const image = await decodeImage(readFileSync(new URL("images/4-a.png", digits)));
new LRP(model, epsilonPlusFlat()).analyze(imageToTensor(image, { channels: 1 }));
const { user, system } = process.cpuUsage();
console.log((user + system) / 1e6);
