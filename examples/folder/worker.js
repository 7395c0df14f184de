// Explains one picture after another: the model is read once a thread.
import { readFile, writeFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { useSimd } from "@relprop/tensor/simd";
import { decodeImage, epsilonPlusFlat, heatmap, imageToTensor, loadOnnx, LRP, prepare } from "relprop";

useSimd();
const network = readFile(new URL("../digits/digits.onnx", import.meta.url));
const analyzer = network.then((bytes) => new LRP(prepare(loadOnnx(bytes)), epsilonPlusFlat()));

parentPort.on("message", async ({ from, to }) => {
  try {
    const input = imageToTensor(await decodeImage(await readFile(from)), { channels: 1 });
    const { relevance, target } = (await analyzer).analyze(input);
    await writeFile(to, await heatmap(relevance, { scale: 8 }).png());
    parentPort.postMessage({ from, explained: target[0] });
  } catch (error) {
    parentPort.postMessage({ from, error: error.message });
  }
});
