/** What is measured from outside, on processes of their own. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "../rounds.js";

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args[0]} failed: ${stderr}`);
  return stdout;
}

/** The most memory a process held while it explained VGG16, in GB. */
export function peakMemory() {
  return Number(run(script("explain-vgg16.js"))) / 1e9;
}

/** What flipping ResNet-18's input in 25 steps takes against 50 forward passes. */
export function flippingTimes(rounds) {
  return JSON.parse(run(script("flip-resnet18.js"), String(rounds)));
}

/** What an audit of the 1,797 digits takes, in seconds of the processor, and megabytes after it and after another. */
export function auditTimes() {
  return JSON.parse(run(script("audit-digits.js")));
}

/** The most memory a process held while it explained a text of 512 tokens, in GB; where PyTorch exported GPT-2. */
export function textMemory() {
  const file = script("../../out/bench/gpt2_small/model.onnx");
  return existsSync(file) ? Number(run(script("explain-gpt2.js"), file)) / 1e9 : undefined;
}

/** By format, how long many small weights take to be read and used first, in seconds of the processor. */
export function readingTimes() {
  return Object.fromEntries(["uint8", "float16"].map((format) => {
    const runs = [1, 2, 3].map(() => JSON.parse(run(script("read-weights.js"), format)));
    return [format, runs.sort((a, b) => a.seconds - b.seconds)[1]];
  }));
}

/**
 * Seconds from the start of `node` to the end of a program that explains one digit, and of one that does nothing:
 * medians, the least, and the processor's share.
 */
export function startUp(rounds) {
  const [digit, cpu, nothing] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    digit.push(seconds(() => cpu.push(Number(run(script("explain-digit.js"))))));
    nothing.push(seconds(() => run("-e", "0")));
  }
  return { median: median(digit), least: Math.min(...digit), cpu: median(cpu), empty: median(nothing) };
}

function seconds(body) {
  const start = performance.now();
  body();
  return (performance.now() - start) / 1000;
}
