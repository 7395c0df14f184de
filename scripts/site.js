// npm run site             builds out/site from docs, other pages of the repository and the packages' declarations
// npm run site -- --check  and looks at every page with an HTML validator and in Chromium
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check, conclude } from "./check.js";
import { root } from "./runtimes/pack.js";
import { readPages } from "./site/pages.js";
import { linkComplaints } from "./site/links.js";
import { framed, icon } from "./site/template.js";
import { clickComplaints } from "./site/two-clicks.js";

const folder = join(root, "out/site");
const { pages, sections, files, texts, project, complaints } = readPages(root);

rmSync(folder, { recursive: true, force: true });
const write = (path, content) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const ordered = sections.flatMap((section) => section.pages);
for (const page of pages) {
  const at = ordered.indexOf(page);
  write(page.url, framed(page, { sections, project, previous: ordered[at - 1], next: ordered[at + 1] }));
}
for (const [path, text] of texts) write(path, text);
for (const [from, to] of files) {
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  cpSync(join(root, from), join(folder, to));
}
for (const name of ["site.css", "search.js"]) write(name, readFileSync(new URL(`site/${name}`, import.meta.url)));
write("icon.svg", icon);
write("search.json", JSON.stringify(pages.flatMap(({ entries }) => entries)));
write(".nojekyll", "");
console.log(`${pages.length} pages in out/site`);

await check("every page and picture that a page names is there", () => complaints);
await check("every link leads somewhere", () => linkComplaints(folder));
await check("what people come with is answered within two clicks", () => clickComplaints(folder));
if (process.argv.includes("--check")) {
  const { validatorComplaints } = await import("./site/validate.js");
  const { browserComplaints } = await import("./site/browse.js");
  await check("every page is valid HTML", () => validatorComplaints(folder));
  const urls = pages.map(({ url }) => url);
  await check("every page fits and is in order in Chromium", () => browserComplaints(folder, urls));
}
conclude("site");
