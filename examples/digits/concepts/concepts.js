// Which concepts of the network carry three digits, and what they look like in the other 1797:
// node examples/digits/concepts/concepts.js [FOLDER]
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { conceptAtlas, decodePng, encodePng, imageToTensor } from "relprop";
import { analyzer, collected, samples } from "./statistics.js";

const node = "features.8";
const folder = resolve(process.argv[2] ?? "out");
const [lrp, list] = [await analyzer(), await samples()];
const statistics = await collected(lrp, list);
await mkdir(folder, { recursive: true });
for (const name of ["0-a", "2-a", "7-a"]) {
  const image = await decodePng(await readFile(new URL(`../images/${name}.png`, import.meta.url)));
  const atlas = await conceptAtlas(lrp, imageToTensor(image, { channels: 1 }), node, {
    top: 6, image, statistics, sample: (id) => list[id].input, cell: 96, title: `${name}: concepts of ${node}`,
  });
  const file = `${folder}/${name}.png`;
  await writeFile(file, await encodePng(atlas));
  console.log(`wrote ${file}`);
}
