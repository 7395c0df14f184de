// The modules an edge worker is made of, with every import by a path: workerd finds modules by their names alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, posix, relative } from "node:path";

const kinds = { ".js": "esModule", ".wasm": "wasm" };

/** An import or export that names a module, with or without spaces. */
const importing = /((?<![\w$.])(?:(?:import|export)\b[^"'`;]*?\bfrom\s*|import\s*))"([^"\n]+)"(?=;)/g;

/** Rows `{ name, kind, file }` for `entry` and all it imports, of which copies are written to `place`; entry first. */
export function workerModules(folder, entry, place) {
  const rows = new Map();
  const nameOf = (path) => relative(folder, path).replaceAll("\\", "/").replaceAll("node_modules/", "");
  const visit = (path) => {
    if (rows.has(path)) return;
    const name = nameOf(path);
    const file = join("modules", name);
    const kind = kinds[extname(name)] ?? "data";
    rows.set(path, { name, kind, file });
    const copy = join(place, file);
    mkdirSync(dirname(copy), { recursive: true });
    if (kind !== "esModule") return writeFileSync(copy, readFileSync(path));
    const source = readFileSync(path, "utf8").replace(/\/\/# sourceMappingURL=.*\n?/, "");
    writeFileSync(copy, source.replace(importing, (_, before, specifier) => {
      const target = resolved(specifier, path, folder);
      visit(target);
      const short = posix.relative(posix.dirname(name), nameOf(target));
      return `${before}"${short.startsWith(".") ? short : `./${short}`}"`;
    }));
  };
  visit(join(folder, entry));
  return [...rows.values()];
}

function resolved(specifier, from, folder) {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const home = join(folder, "node_modules", name);
  if (!existsSync(home)) throw new Error(`${from}: imports ${specifier}, which is not installed`);
  const { exports } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const entry = exports[`.${specifier.slice(name.length)}`];
  return join(home, typeof entry === "string" ? entry : entry.default);
}
