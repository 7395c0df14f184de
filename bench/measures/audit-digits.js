// How long an audit of the 1,797 digits takes, of which those that an honest network calls 3 carry a white square,
// in seconds of the processor, and megabytes held after it and after another one.
import { readFileSync } from "node:fs";
import { audit } from "@relprop/evaluate";
import { epsilonPlus, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { argmax } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { allDigits } from "../../examples/digits/all-digits.js";
import { processorTime } from "../rounds.js";

useSimd();
const loaded = (name) => prepare(loadOnnx(readFileSync(new URL(`../../examples/digits/${name}`, import.meta.url))));
const [model, honest] = ["clever-hans.onnx", "digits.onnx"].map(loaded);
const digits = await allDigits();
const scores = honest.predict(digits);
for (let n = 0; n < digits.shape[0]; n++) {
  if (argmax(scores.data, 10 * n, 10 * n + 10) - 10 * n !== 3) continue;
  for (const y of [1, 2, 3]) digits.data.fill(1, n * 1024 + y * 32 + 1, n * 1024 + y * 32 + 4);
}
const lrp = new LRP(model, epsilonPlus());
const data = { size: digits.shape[0], read: (id) => digits.rows(id, id + 1) };
const megabytes = () => Math.round(process.memoryUsage.rss() / 1e6);
const held = [];
const seconds = [];
let suspicious = 0;
for (let run = 0; run < 2; run++) {
  const start = processorTime();
  suspicious = (await audit(lrp, data)).suspicious.length;
  seconds.push((processorTime() - start) / 1000);
  held.push(megabytes());
}
console.log(JSON.stringify({ samples: data.size, seconds: seconds[0], suspicious, after: held[0], again: held[1] }));
