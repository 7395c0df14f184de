// Runtimes from the npm registry, kept outside the workspace: in RELPROP_RUNTIMES, else in the user's cache.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where they are kept. */
export const cache = process.env.RELPROP_RUNTIMES ?? join(homedir(), ".cache", "relprop-runtimes");
const machine = `${process.platform}-${process.arch}`;

/** Packages that hold one binary for one kind of machine; `%` is its name in the package's own words. */
const node = { package: "node-%", machines: {}, binary: "bin/node" };
const distributions = {
  node,
  deno: {
    package: "@deno/%", binary: "deno",
    machines: { "linux-x64": "linux-x64-glibc", "linux-arm64": "linux-arm64-glibc" },
  },
  bun: {
    package: "@oven/bun-%", binary: "bin/bun",
    machines: { "darwin-arm64": "darwin-aarch64", "linux-arm64": "linux-aarch64" },
  },
  workerd: {
    package: "@cloudflare/workerd-%", binary: "bin/workerd",
    machines: { "linux-x64": "linux-64", "darwin-x64": "darwin-64" },
  },
};

/** The path of a runtime's binary; installs it where it is not there yet, throws where that fails. */
export function install(name, version) {
  const { package: pattern, machines, binary } = distributions[name];
  const specifier = pattern.replace("%", machines[machine] ?? machine);
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, "node_modules", specifier, binary) + (process.platform === "win32" ? ".exe" : "");
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    npm(["install", "--no-save", "--ignore-scripts", `${specifier}@${version}`], folder);
  }
  return path;
}

/** Runs npm, throws where it fails. */
export function npm(words, folder) {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stdout, stderr } = spawnSync("npm", [...words, ...quiet], { cwd: folder, encoding: "utf8" });
  const said = (stderr || stdout || "did not start").trim().split("\n")[0];
  if (status !== 0) throw new Error(`npm ${words.join(" ")}: ${said}`);
}

/** The path of a Chromium: that of the environment, else the first on PATH; with `fetch`, Debian's is installed. */
export function chromium({ fetch = false } = {}) {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const find = () => {
    const { CHROMIUM, PATH = "" } = process.env;
    const places = PATH.split(":").flatMap((place) => names.map((name) => join(place, name)));
    return [CHROMIUM, ...places].find((path) => path && existsSync(path));
  };
  const found = find();
  if (found !== undefined || !fetch || process.getuid?.() !== 0) return found ?? missing();
  const words = ["-qq", "-y", "--no-install-recommends", "install", "chromium"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: ["ignore", "ignore", "inherit"] };
  for (const line of [["-qq", "update"], words]) spawnSync("apt-get", line, options);
  return find() ?? missing();
}

function missing() {
  throw new Error("no Chromium on PATH: `apt-get install chromium`, or set CHROMIUM to its path");
}
