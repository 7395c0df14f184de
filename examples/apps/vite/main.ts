// The page: hands a picture to the worker and draws what comes back.
const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });

worker.addEventListener("message", ({ data }: MessageEvent<{ label: string; picture: ImageData }>) => {
  document.querySelector("canvas")!.getContext("2d")!.putImageData(data.picture, 0, 0);
  document.querySelector("output")!.textContent = data.label;
});

// Bundlers move workers, and what a worker fetches it looks for beside itself: so the page fetches.
const [model, picture] = await Promise.all(["digits.onnx", "3-a.png"].map(async (path) => (await fetch(path)).blob()));
worker.postMessage({ model, picture });
