/** The peer, where it can be had: installed beside the benchmarks' unless it is there. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const peers = fileURLToPath(new URL("../../bench/peers/", import.meta.url));

/** onnxruntime-web on one thread. */
export async function runtime() {
  if (!existsSync(`${peers}node_modules/onnxruntime-web`)) {
    spawnSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: peers, stdio: "inherit" });
  }
  const path = createRequire(`${peers}package.json`).resolve("onnxruntime-web");
  const loaded = await import(pathToFileURL(path).href);
  const ort = loaded.default ?? loaded;
  ort.env.logLevel = "fatal";
  ort.env.wasm.numThreads = 1;
  return ort;
}
