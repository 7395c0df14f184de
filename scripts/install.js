// Installs what the workspace needs, with the pnpm it was locked with; does nothing where that is done already.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const changed = (path) => statSync(new URL(path, root)).mtimeMs;
const mark = "node_modules/.modules.yaml";

const packages = readdirSync(new URL("packages/", root)).map((name) => `packages/${name}/package.json`);
const inputs = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...packages];
if (existsSync(new URL(mark, root)) && inputs.every((path) => changed(path) <= changed(mark))) process.exit(0);

const args = ["--yes", "pnpm@10.34.9", "install", "--frozen-lockfile", "--prefer-offline"];
const shell = process.platform === "win32";
const { status } = spawnSync("npx", args, { cwd: fileURLToPath(root), stdio: ["ignore", 2, 2], shell });
process.exit(status ?? 1);
