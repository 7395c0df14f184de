// Where the suite runs, what it should find there, and how it is started there.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, install } from "./install.js";
import { root } from "./pack.js";
import { runPage } from "./page.js";
import { runProcess } from "./process.js";
import { versions } from "./versions.js";
import { askWorker, withWorker } from "./worker.js";

const everything = { simd: true, threads: 2 };
const alone = { simd: true, threads: 1 };
const loops = { simd: false, threads: 0 };

const binaries = {
  node: (major) =>
    process.version.startsWith(`v${major}.`) ? process.execPath : install("node", versions.node[major]),
  deno: () => install("deno", versions.deno),
  bun: () => install("bun", versions.bun),
  workerd: () => install("workerd", versions.workerd),
};

/** `{ name, home, assignment, version, run }`: `home` is what `--require` and `--only` go by. */
export function homes({ fetch }) {
  const browser = () => chromium({ fetch });
  return [
    ...[20, 22, 24, 26].map((major) => command(`node${major}`, () => [binaries.node(major), installed])),
    command("deno", () => [binaries.deno(), "run", "--quiet", ...denoMay, installed]),
    command("bun", () => [binaries.bun(), installed]),
    ...[22, 24, 26].map((major) =>
      fromSource(`node${major}`, () => [binaries.node(major), "--no-warnings", ...chosen])),
    fromSource("deno", () => [binaries.deno(), "run", "--quiet", ...denoMay, "--no-check", ...chosen]),
    fromSource("bun", () => [binaries.bun(), ...chosen]),
    worker("workerd, SIMD compiled at load", "compiled at load", alone),
    worker("workerd, SIMD from kernels.wasm", "imported", alone),
    worker("workerd, SIMD asked for too late", "too late", loops),
    page("Chromium, isolated", "isolated", everything),
    page("Chromium", "plain", alone),
    page("Chromium, policy without wasm", "no wasm", loops),
  ];

  function page(name, kind, assignment) {
    return {
      name, home: "chromium", assignment,
      ready: () => void browser(),
      run: (project, told) => runPage(browser(), { folder: project, kind }, told),
    };
  }
}

const installed = join("suite", "process.js");

/** The condition under which the packages' manifests name their sources. */
const chosen = ["--conditions=@relprop/source", join("test", "runtimes", "entries", "process.js")];
const denoMay = ["--allow-read", "--node-modules-dir=manual"];

function command(home, words) {
  const modules = { suite: "./suite.js", material: "./material.js" };
  return {
    name: home, home, assignment: everything,
    ready: words,
    run: (project, told) => runProcess(words(), { folder: project, ...modules }, told),
  };
}

function fromSource(home, words) {
  const suite = pathToFileURL(join(root, "test/runtimes/suite/suite.ts")).href;
  return {
    name: `${home}, sources unbuilt`, home, assignment: everything,
    ready: words,
    run: (project, told) => {
      const material = pathToFileURL(join(project, "suite/material.js")).href;
      return runProcess(words(), { folder: root, suite, material }, told);
    },
  };
}

function worker(name, kernels, assignment) {
  return {
    name, home: "workerd", assignment,
    ready: binaries.workerd,
    run: (project, told) => withWorker(
      binaries.workerd(), { folder: project, entry: "suite/worker.js" },
      (address) => askWorker(address, { ...told, kernels }),
    ),
  };
}
