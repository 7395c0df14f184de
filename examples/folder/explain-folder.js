// node examples/folder/explain-folder.js FOLDER OUT: a heatmap of each PNG in a folder, a stream over worker threads.
import { mkdir, opendir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Pool } from "./pool.js";

const [folder = "examples/digits/images", out = "out/folder"] = process.argv.slice(2);
const threads = availableParallelism();

await mkdir(out, { recursive: true });
const pool = new Pool(new URL("./worker.js", import.meta.url), threads);
const began = performance.now();
let count = 0;
try {
  await pipeline(
    Readable.from(pictures(folder)),
    // At most two jobs a thread are under way: a folder of any size takes the same memory.
    (names) => names.map(explained, { concurrency: 2 * threads }),
    new Writable({
      objectMode: true,
      write({ from, explained, error }, _, done) {
        console.log(error === undefined ? `${from}: ${explained}` : `${from}: left out, ${error}`);
        if (error === undefined) count++;
        done();
      },
    }),
  );
} finally {
  await pool.close();
}
console.log(`${count} heatmaps in ${out}, ${threads} threads, ${Math.round(performance.now() - began)} ms`);

function explained(name) {
  return pool.run({ from: join(folder, name), to: join(out, name) });
}

async function* pictures(path) {
  for await (const { name } of await opendir(path)) if (/\.png$/i.test(name)) yield name;
}
