/** onnxruntime-web on its WebAssembly kernels: `node onnxruntime.js FOLDER`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { described } from "./exported-inputs.js";
import { floatsOf } from "./floats.js";
import { serve } from "./serve.js";

const [folder] = process.argv.slice(2);
env.wasm.numThreads = 1;

await serve(async (subject, what) => {
  if (what !== "forward") throw new RangeError(`onnxruntime-web: cannot do "${what}"`);
  const { inputShape } = JSON.parse(readFileSync(join(folder, subject, "model.json"), "utf8"));
  const session = await InferenceSession.create(new Uint8Array(readFileSync(join(folder, subject, "model.onnx"))), {
    executionProviders: ["wasm"], graphOptimizationLevel: "all", intraOpNumThreads: 1, interOpNumThreads: 1,
  });
  const [output] = session.outputNames;
  const floats = (shape) => new Tensor("float32", floatsOf(join(folder, subject, "input.f32")), shape);
  const inputs = existsSync(join(folder, subject, "inputs.json"))
    ? described(join(folder, subject))
    : [{ name: session.inputNames[0], shape: inputShape }];
  const feeds = Object.fromEntries(inputs.map(({ name, shape, values }) => [
    name, values === undefined ? floats(shape) : new Tensor("int64", BigInt64Array.from(values, BigInt), shape),
  ]));
  return async () => (await session.run(feeds))[output].data;
});
