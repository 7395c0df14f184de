// npm run torchvision: torchvision's networks with random weights, exported by PyTorch and checked against it.
//
//   --only a,b    these; of the others the page says what was found before
//   --keep        leaves the exported files in out/torchvision
//   --small       writes the small variants that npm test reads anew, and checks nothing
//
// Writes a part of docs/models.md when all networks of it have passed. What to install: torchvision/README.md.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { complaints, networksPart, transformersHeading } from "./torchvision/models-page.js";
import { complaintsOfTransformer, transformersTable } from "./torchvision/transformers-table.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = join(root, "scripts/torchvision");
const python = process.env.PYTHON ?? "/usr/bin/python3";
const words = process.argv.slice(2);
const only = words.includes("--only") ? words[words.indexOf("--only") + 1].split(",") : undefined;

function run(program, ...args) {
  const command = program.endsWith(".py") ? python : process.execPath;
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  return execFileSync(command, [join(programs, program), ...args], options);
}

/** Networks, and transformers: how they are exported and checked, what must hold, which part of the page they are. */
const kinds = [
  {
    exporter: "export.py",
    examine(folder, name) {
      const found = JSON.parse(run("check-network.js", folder, name));
      const kinks = found.withoutBias === undefined ? undefined : JSON.parse(run("given_kinks.py", folder, name));
      return { ...found, kinks };
    },
    complaints,
    page: (rows, [, transformers]) => `${networksPart(rows)}\n${transformers}`,
  },
  {
    exporter: "export_transformers.py",
    examine: (folder, name) => JSON.parse(run("check-transformer.js", folder, name)),
    complaints: complaintsOfTransformer,
    page: (rows, [networks]) => `${networks}${transformersTable(rows)}`,
  },
];

/** Exports, checks and removes one network, so that no more than one lies on the disk. */
function check({ exporter, examine }, folder, name) {
  run(exporter, folder, name);
  const found = examine(folder, name);
  if (!words.includes("--keep")) {
    for (const file of readdirSync(folder)) if (file.startsWith(`${name}.`)) rmSync(join(folder, file));
  }
  return found;
}

/** The page before the part on transformers, and that part. */
function partsOf(page) {
  const at = page.indexOf(transformersHeading);
  return at < 0 ? [`${page.trimEnd()}\n\n`, ""] : [page.slice(0, at), page.slice(at)];
}

if (spawnSync(python, ["-c", "import torch, torchvision, onnx"]).status !== 0) {
  console.log(`${python} has no torch, torchvision and onnx: see scripts/torchvision/README.md`);
  process.exit(1);
}

if (words.includes("--small")) {
  const folder = join(root, "test/torchvision");
  for (const [i, at] of ["networks", "transformers"].entries()) {
    if (only === undefined) rmSync(join(folder, at), { recursive: true, force: true });
    const names = only && namesOf(kinds[i]).filter((name) => only.includes(name));
    if (names?.length !== 0) run(kinds[i].exporter, join(folder, at), "--small", ...(names ?? []));
  }
} else {
  const folder = join(root, "out/torchvision");
  mkdirSync(folder, { recursive: true });
  const results = join(root, "out/torchvision.json");
  const before = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : [];
  const rows = new Map(before.map((row) => [row.name, row]));
  for (const kind of kinds) {
    const names = namesOf(kind);
    for (const name of only === undefined ? names : names.filter((each) => only.includes(each))) {
      const row = check(kind, folder, name);
      const wrong = kind.complaints(row);
      rows.set(name, row);
      console.log(`${wrong.length === 0 ? "passed" : "FAILED"}  ${name}`);
      for (const complaint of wrong) console.log(`        ${complaint}`);
      if (wrong.length > 0) process.exitCode = 1;
    }
    writeFileSync(results, `${JSON.stringify([...rows.values()], undefined, 1)}\n`);
    const found = names.flatMap((name) => rows.get(name) ?? []);
    if (found.length < names.length || found.some((row) => kind.complaints(row).length > 0)) continue;
    const page = join(root, "docs/models.md");
    writeFileSync(page, kind.page(found, partsOf(readFileSync(page, "utf8"))));
    console.log(`wrote ${kind === kinds[0] ? "networks" : "transformers"} in docs/models.md`);
  }
}

function namesOf({ exporter }) {
  return run(exporter, "", "--list").trim().split("\n");
}
