// node explain-stream.js MODEL < paths > lines: a path a line comes in, a line of JSON goes out, one at a time.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { explain, loadModel } from "relprop";

/** A stream of paths in, a stream of explanations out; it reads no further than is asked for. */
export async function* explanations(paths, model) {
  for await (const path of paths) {
    const explained = await explain(model, await readFile(path));
    const { label, score } = explained.scores.find((each) => each.explained);
    yield `${JSON.stringify({ path, label, score, arrived: explained.conservation.arrived })}\n`;
  }
}

const model = await loadModel(await readFile(process.argv[2]));
const lines = createInterface({ input: process.stdin });
await pipeline(Readable.from(explanations(lines, model)), process.stdout);
