// The library that reads tokenisers, in a folder outside the workspace.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, npm } from "./install.js";

const library = "@huggingface/tokenizers@0.2.0";

/** The folder where it is installed; fetched once. */
export function tokenizersFolder() {
  const place = join(cache, "tokenizers");
  if (!existsSync(join(place, "node_modules"))) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), '{ "private": true }\n');
    npm(["install", "--no-save", "--ignore-scripts", library], place);
  }
  return place;
}
