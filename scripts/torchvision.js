// npm run torchvision: torchvision's networks with random weights, exported by PyTorch and checked against it.
//
//   --only a,b    these; of the others the page says what was found before
//   --keep        leaves the exported files in out/torchvision
//   --small       writes the small variants that npm test reads anew, and checks nothing
//
// Writes docs/models.md when all networks have passed. What has to be installed says torchvision/README.md.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { complaints, modelsPage } from "./torchvision/models-page.js";

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

/** Exports, checks and removes one network, so that no more than one lies on the disk. */
function check(folder, name) {
  run("export.py", folder, name);
  const found = JSON.parse(run("check-network.js", folder, name));
  const kinks = found.withoutBias === undefined ? undefined : JSON.parse(run("given_kinks.py", folder, name));
  if (!words.includes("--keep")) {
    for (const file of readdirSync(folder)) if (file.startsWith(`${name}.`)) rmSync(join(folder, file));
  }
  return { ...found, kinks };
}

if (spawnSync(python, ["-c", "import torch, torchvision, onnx"]).status !== 0) {
  console.log(`${python} has no torch, torchvision and onnx: see scripts/torchvision/README.md`);
  process.exit(1);
}

if (words.includes("--small")) {
  const folder = join(root, "test/torchvision/networks");
  rmSync(folder, { recursive: true, force: true });
  run("export.py", folder, "--small", ...(only ?? []));
} else {
  const folder = join(root, "out/torchvision");
  mkdirSync(folder, { recursive: true });
  const names = run("export.py", folder, "--list").trim().split("\n");
  const results = join(root, "out/torchvision.json");
  const before = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : [];
  const rows = new Map(before.map((row) => [row.name, row]));
  for (const name of only ?? names) {
    const row = check(folder, name);
    const wrong = complaints(row);
    rows.set(name, row);
    console.log(`${wrong.length === 0 ? "passed" : "FAILED"}  ${name}`);
    for (const complaint of wrong) console.log(`        ${complaint}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
  writeFileSync(results, `${JSON.stringify([...rows.values()], undefined, 1)}\n`);
  const found = names.flatMap((name) => rows.get(name) ?? []);
  if (found.length === names.length && found.every((row) => complaints(row).length === 0)) {
    writeFileSync(join(root, "docs/models.md"), modelsPage(found));
    console.log("wrote docs/models.md");
  }
}
