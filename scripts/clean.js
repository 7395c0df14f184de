// Removes what earlier builds left: `tsc -b` keeps the output of deleted sources, and packing would ship it.
import { readdirSync, rmSync } from "node:fs";

const packages = new URL("../packages/", import.meta.url);
for (const name of readdirSync(packages)) {
  rmSync(new URL(`${name}/dist`, packages), { recursive: true, force: true });
  rmSync(new URL(`${name}/.build`, packages), { recursive: true, force: true });
}
