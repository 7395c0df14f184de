// npm run pictures: draws the pictures of docs/theory, computed with the bundled networks: the same digits under every
// rule, and a drawing for each idea.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng, heatmap, LRP, sheet } from "relprop";
import { composites } from "./docs/rule-composites.js";
import { digit, model } from "./pictures/digits.js";
import { drawings } from "./pictures/drawings.js";
import { svgFile } from "./pictures/pen.js";
import { root } from "./runtimes/pack.js";

const folder = join(root, "docs/theory/pictures");
const samples = await Promise.all(["3-b", "4-a", "7-a", "8-a"].map(digit));

mkdirSync(folder, { recursive: true });
for (const [name, composite] of Object.entries(composites)) {
  const lrp = new LRP(model, composite);
  const maps = samples.map(({ input }) => heatmap(lrp.analyze(input)));
  const rows = [
    { label: "what the network saw", cells: samples.map(({ image }) => image) },
    { label: "what speaks for (red) and against (blue) what it said", cells: maps },
  ];
  writeFileSync(join(folder, `${name}.png`), await encodePng(sheet(rows, { cell: 112, textScale: 1 })));
}
for (const [name, draw] of Object.entries(drawings)) writeFileSync(join(folder, `${name}.svg`), svgFile(await draw()));
console.log(`${Object.keys({ ...composites, ...drawings }).length} pictures in docs/theory/pictures`);
