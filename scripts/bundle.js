// Joins the compiled modules of each package to a file per entry: a runtime opens, resolves and links modules one by
// one, which took longer than all they do in a first explanation. Afterwards the compiler is made to forget what it
// wrote, so that it writes everything anew when it runs again.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { folders, memoryOf, published } from "./bundle/published.js";

const all = await Promise.all(folders.map(async (folder) => [folder, await published(folder)]));
for (const [folder, files] of all) {
  const dist = join(folder, "dist");
  for (const path of readdirSync(dist, { recursive: true })) if (/\.js(\.map)?$/.test(path)) rmSync(join(dist, path));
  for (const [path, { text, map }] of files) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), text);
    writeFileSync(join(dist, `${path}.map`), JSON.stringify(map));
  }
  rmSync(memoryOf(folder), { force: true });
}
