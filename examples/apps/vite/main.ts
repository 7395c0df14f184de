// The page: hands a picture to the worker and draws what comes back.
const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });

worker.addEventListener("message", ({ data }: MessageEvent<{ label: string; picture: ImageData }>) => {
  document.querySelector("canvas")!.getContext("2d")!.putImageData(data.picture, 0, 0);
  document.querySelector("output")!.textContent = data.label;
});

const picture = await fetch("3-a.png");
worker.postMessage(await picture.blob());
