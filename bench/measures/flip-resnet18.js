// How long hiding a picture in 25 steps takes, most and least relevant first, against as many single forward passes of
// ResNet-18, in turns; relevance is given. Processor time.
import { flipping } from "@relprop/evaluate";
import { useSimd } from "@relprop/tensor/simd";
import { randomTensor, resNet18 } from "../networks.js";
import { generator } from "../random.js";
import { median, processorTime } from "../rounds.js";

const rounds = Number(process.argv[2] ?? 5);
useSimd();
const model = resNet18();
const [input, relevance] = [2, 3].map((seed) => randomTensor([1, 3, 224, 224], generator(seed)));
const samples = [{ id: 0, input, target: 3 }];
const passes = 50;
const works = [
  () => { for (let i = 0; i < passes; i++) model.predict(input); },
  () => flipping(model, samples, () => relevance, { steps: 25, randomOrders: 0 }),
];
const [forward, flipped] = works.map(() => []);
for (let round = -1; round < rounds; round++) {
  works.forEach((work, i) => {
    const start = processorTime();
    work();
    if (round >= 0) [forward, flipped][i].push(processorTime() - start);
  });
}
const ratio = median(flipped.map((time, round) => time / forward[round]));
console.log(JSON.stringify({ ratio, flipping: median(flipped) / 1000, forward: median(forward) / 1000 }));
