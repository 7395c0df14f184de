// A picture of the packages and their rooms, drawn from the sources: lines of code, and which package imports which.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { escaped } from "./inline.js";

const rowHeight = 20;
const width = 760;

/** `{ svg, markdown }`: the picture, and a page around it. */
export function codeMap(root) {
  const packages = readdirSync(join(root, "packages")).map((name) => packageOf(root, name));
  const depth = (name) => 1 + Math.max(-1, ...packages.find((it) => it.name === name).below.map(depth));
  const ordered = packages.sort((a, b) => depth(a.name) - depth(b.name) || (a.name < b.name ? -1 : 1));
  const rows = ordered.map(({ name, below, rooms }) => {
    const list = rooms.map(({ name: room, lines, files }) => `| \`${room}\` | ${files} | ${lines} |`).join("\n");
    const imports = below.length > 0 ? `Imports ${below.join(", ")}.` : "Imports nothing.";
    return `## ${name}\n\n${imports}\n\n| room | files | lines |\n|---|---|---|\n${list}`;
  });
  const markdown = `# Map of the code

Drawn from the sources: each package with its rooms, as wide as they have lines. A package imports only those above it.

![Packages and their rooms, by lines of code](code-map.svg)

${rows.join("\n\n")}
`;
  return { svg: drawn(ordered), markdown };
}

function packageOf(root, name) {
  const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
  const below = Object.keys(manifest.dependencies ?? {}).map((it) => it.replace("@relprop/", ""));
  const source = join(root, "packages", name, "src");
  const rooms = new Map();
  for (const path of readdirSync(source, { recursive: true }).filter((it) => it.endsWith(".ts"))) {
    if (!statSync(join(source, path)).isFile()) continue;
    const room = path.includes("/") ? `src/${path.split("/")[0]}/` : "src/";
    const { files, lines } = rooms.get(room) ?? { files: 0, lines: 0 };
    const more = readFileSync(join(source, path), "utf8").split("\n").length - 1;
    rooms.set(room, { files: files + 1, lines: lines + more });
  }
  const sorted = [...rooms].map(([room, counts]) => ({ name: room, ...counts })).sort((a, b) => b.lines - a.lines);
  return { name, below, rooms: sorted };
}

function drawn(packages) {
  const most = Math.max(...packages.flatMap(({ rooms }) => rooms.map(({ lines }) => lines)));
  let y = 10;
  const parts = packages.map(({ name, below, rooms }) => {
    const top = y;
    const bars = rooms.map(({ name: room, lines }) => {
      y += rowHeight;
      const size = Math.max(2, Math.round((lines / most) * 420));
      return `<text x="20" y="${y + 14}">${escaped(room)}</text>` +
        `<rect x="220" y="${y + 3}" width="${size}" height="${rowHeight - 6}" rx="2" fill="#e2867a"/>` +
        `<text x="${228 + size}" y="${y + 14}" fill="#555">${lines}</text>`;
    });
    y += rowHeight + 14;
    const imports = below.length > 0 ? ` ← ${below.join(", ")}` : "";
    return `<text x="10" y="${top + 14}" font-weight="bold">${escaped(name)}</text>` +
      `<text x="220" y="${top + 14}" fill="#555">${escaped(imports)}</text>${bars.join("")}`;
  });
  const size = `viewBox="0 0 ${width} ${y}" width="${width}" height="${y}"`;
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="13">`;
  return `${opening}<rect width="100%" height="100%" fill="#fff"/>${parts.join("")}</svg>\n`;
}
