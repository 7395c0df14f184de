// How long an audit of the 1,797 digits takes, in seconds of the processor, and megabytes held after it and after
// another one.
import { readFileSync } from "node:fs";
import { audit } from "@relprop/evaluate";
import { epsilonPlus, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { useSimd } from "@relprop/tensor/simd";
import { allDigits } from "../../examples/digits/all-digits.js";
import { processorTime } from "../rounds.js";

useSimd();
const digits = await allDigits();
const model = prepare(loadOnnx(readFileSync(new URL("../../examples/digits/clever-hans.onnx", import.meta.url))));
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
