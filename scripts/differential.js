// npm run differential -- [FIRST] [COUNT]: relevance on SIMD against plain loops, for random networks that are sparse,
// pruned, blocky or constant. Exits with 1 when one differs by more than is allowed, and says which.
import { simd } from "@relprop/tensor/simd";
import { compare } from "./differential/case.js";

const [first = 0, count = 2000] = process.argv.slice(2).map(Number);
const fast = simd();
let [compared, worst, beyond] = [0, { ratio: 0 }, 0];
for (let seed = first; seed < first + count; seed++) {
  const result = compare(seed, fast);
  if (result === undefined) continue;
  compared++;
  const ratio = result.error / result.allowance;
  if (!(ratio <= worst.ratio)) worst = { ratio, seed, ...result };
  if (ratio <= 1) continue;
  beyond++;
  const [error, allowance] = [result.error, result.allowance].map((value) => value.toExponential(2));
  console.log(`seed ${seed}: differs by ${error}, allowed ${allowance}`);
}
console.log(`${compared} of ${count} compared, ${beyond} beyond what is allowed; worst: ${JSON.stringify(worst)}`);
process.exitCode = beyond === 0 && compared > 0 ? 0 : 1;
