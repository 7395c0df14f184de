/**
 * The other side of a contestant in JavaScript: commands come in as lines of JSON and are answered by lines of JSON.
 *
 *     {"subject": "vgg16", "what": "forward"}              → {"output": [the first numbers it gives]}
 *     {"subject": "vgg16", "what": "forward", "times": 3}  → {"wall": [ms, ms, ms], "cpu": [ms, ms, ms]}
 */
import { createInterface } from "node:readline";
import { processorTime } from "../../rounds.js";

/** Serves works, made once by `prepare(subject, what)`: functions, perhaps async, that give the output's numbers. */
export async function serve(prepare) {
  const works = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const { subject, what, times } = JSON.parse(line);
    const key = `${subject} ${what}`;
    try {
      let work = works.get(key);
      if (work === undefined) works.set(key, (work = await prepare(subject, what)));
      if (times === undefined) answer({ output: [...(await work())].slice(0, 1000) });
      else answer(await timed(work, times));
    } catch (error) {
      answer({ error: String(error?.stack ?? error).slice(0, 400) });
    }
  }
}

async function timed(work, times) {
  const [wall, cpu] = [[], []];
  for (let i = 0; i < times; i++) {
    const [start, startCpu] = [performance.now(), processorTime()];
    await work();
    cpu.push(processorTime() - startCpu);
    wall.push(performance.now() - start);
  }
  return { wall, cpu };
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
