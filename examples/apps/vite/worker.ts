// Computes beside the page. What it imports, Vite bundles for it.
import { explain, loadModel } from "relprop";

const model = fetch("digits.onnx").then(loadModel);

addEventListener("message", async ({ data: picture }: MessageEvent<Blob>) => {
  const explained = await explain(await model, picture);
  const { width, height, data } = explained.overlay().rgba();
  postMessage({ label: explained.scores[0]!.label, picture: new ImageData(data, width, height) });
});
