/** Which files there are to run. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every `.safetensors` file below the given folders, in order; paths of files, and of nothing, as they are. */
export function findCases(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => (existsSync(path) && statSync(path).isDirectory() ? below(path) : [path]));
}

function below(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return below(path);
      return entry.name.endsWith(".safetensors") ? [path] : [];
    });
}
