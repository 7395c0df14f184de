// Computes beside the page. What it imports, Vite bundles for it.
import { explain, loadModel } from "relprop";

let model: ReturnType<typeof loadModel>;

addEventListener("message", async ({ data }: MessageEvent<{ model?: Blob; picture: Blob }>) => {
  if (data.model !== undefined) model = loadModel(data.model);
  const explained = await explain(await model, data.picture);
  const { width, height, data: pixels } = explained.overlay().rgba();
  postMessage({ label: explained.scores[0]!.label, picture: new ImageData(pixels, width, height) });
});
