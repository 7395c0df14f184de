// Whether links inside the site lead to files and anchors that are there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A complaint for each link or picture of a page below `folder` that leads nowhere. */
export function linkComplaints(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
  const ids = new Map();
  const idsOf = (path) => {
    if (!ids.has(path)) {
      const html = readFileSync(join(folder, path), "utf8");
      ids.set(path, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)));
    }
    return ids.get(path);
  };
  return names.flatMap((name) => {
    const html = readFileSync(join(folder, name), "utf8");
    const targets = [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, target]) => target);
    return targets.filter((target) => !/^(https?:|mailto:)/.test(target)).flatMap((target) => {
      const [path, hash] = target.split("#");
      const place = path === "" ? name : normalize(join(dirname(name), path));
      if (!existsSync(join(folder, place))) return [`${name}: ${target} leads nowhere`];
      if (hash !== undefined && !idsOf(place).has(hash)) return [`${name}: ${target}: ${place} has no #${hash}`];
      return [];
    });
  });
}
