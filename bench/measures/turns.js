// node turns.js ROOT, with a channel to its parent: runs works of the checkout at ROOT, built before, and says how long
// each took in processor time. A work is `subject | what`, as in the tables of peers.
import { pathToFileURL } from "node:url";

const at = (path) => import(pathToFileURL(`${process.argv[2]}/${path}`).href);
const [{ subjects, inputOf }, { LRP, presets }, { Tensor }, { useSimd }, { processorTime }] = await Promise.all([
  "bench/peers/subjects.js", "packages/lrp/dist/index.js", "packages/tensor/dist/index.js",
  "packages/tensor/dist/simd/index.js", "bench/rounds.js",
].map(at));
useSimd();

const made = new Map();

function work(name) {
  const [subject, what] = name.split(" | ");
  const model = subjects[subject].build();
  const input = new Tensor(subjects[subject].shape, inputOf(subject));
  if (what === "forward") return () => model.predict(input);
  const lrp = new LRP(model, presets[what]());
  return () => lrp.analyze(input);
}

process.on("message", ({ name, repeats }) => {
  if (!made.has(name)) made.set(name, work(name));
  const run = made.get(name);
  const start = processorTime();
  for (let i = 0; i < repeats; i++) run();
  process.send((processorTime() - start) / repeats);
});
process.send("ready");
