// A copy of the repository in which files may be changed: sources are copied, installed tools are shared.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const left = ["node_modules", "dist", ".build", ".git", "out"];

/** `{ folder, remove }`: the copy, and how to be rid of it. What stands beside the original stands beside the copy. */
export function copyRepository(url) {
  const root = fileURLToPath(url);
  const above = realpathSync(mkdtempSync(join(tmpdir(), "relprop-copy-")));
  const folder = join(above, "relprop");
  cpSync(root, folder, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  mkdirSync(join(folder, "out"));
  shareTools(root, folder);
  const beside = join(root, "../shared");
  if (existsSync(beside)) symlinkSync(realpathSync(beside), join(above, "shared"), "dir");
  return { folder, remove: () => rmSync(above, { recursive: true, force: true }) };
}

/** Links what is installed, but the project's own packages to their copies. */
function shareTools(root, folder) {
  const own = new Map(readdirSync(join(folder, "packages")).map((name) => [name, join(folder, "packages", name)]));
  for (const place of ["", ...[...own.keys()].map((name) => `packages/${name}`)]) {
    const installed = join(root, place, "node_modules");
    if (!existsSync(installed)) continue;
    const links = join(folder, place, "node_modules");
    mkdirSync(links);
    for (const name of readdirSync(installed)) {
      const link = join(links, name);
      if (name === "@relprop") linkOwn(join(installed, name), link, own);
      else if (!name.startsWith(".")) symlinkSync(own.get(name) ?? realpathSync(join(installed, name)), link, "dir");
    }
  }
}

function linkOwn(installed, links, own) {
  mkdirSync(links);
  for (const name of readdirSync(installed)) symlinkSync(own.get(name), join(links, name), "dir");
}
