// Whether the files that hosts read as YAML can be read as YAML, and start what is there.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../runtimes/pack.js";

/** A complaint for each file of `.github`, and the citation, that is no YAML or runs a script that does not exist. */
export function yamlComplaints(tools) {
  const { parse } = createRequire(join(tools, "package.json"))("yaml");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const below = readdirSync(join(root, ".github"), { recursive: true }).map((name) => join(".github", name));
  return ["CITATION.cff", ...below.filter((name) => name.endsWith(".yml"))].flatMap((path) => {
    try {
      const { jobs = {} } = parse(readFileSync(join(root, path), "utf8"), { strict: true });
      const runs = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
      return runs.filter((line) => !isScript(line, scripts)).map((line) => `${path}: starts "${line}"`);
    } catch ({ message }) {
      return [`${path}: ${message}`];
    }
  });
}

function isScript(line, scripts) {
  const [tool, ...words] = line.split(" ");
  const name = words[0] === "run" ? words[1] : words[0];
  return tool === "npm" && name in scripts;
}
