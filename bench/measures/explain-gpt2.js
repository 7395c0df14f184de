// Explains the next token of a text of 512 more than once, of the network in the file given, and prints the most memory
// this process ever held, in bytes.
import { readFileSync } from "node:fs";
import { attnLRP, inParts, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { integers } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";

useSimd();
const lrp = new LRP(prepare(loadOnnx(readFileSync(process.argv[2]))), attnLRP(), { large: inParts() });
const ids = integers(Array.from({ length: 512 }, (_, i) => (7919 * i) % 50257), [1, 512]);
for (let i = 0; i < 3; i++) lrp.analyze([ids], { target: { at: [511, 0] } });
console.log(process.resourceUsage().maxRSS * 1024);
