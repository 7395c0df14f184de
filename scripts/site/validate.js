// What an HTML validator says; it is installed on demand, outside the workspace.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, npm } from "../runtimes/install.js";

const version = "9.7.1";
const rules = {
  extends: ["html-validate:recommended"],
  rules: { "long-title": "off", "no-trailing-whitespace": "off", "void-style": "off", "no-raw-characters": "off" },
};

/** A complaint for each fault in the pages below `folder`. */
export function validatorComplaints(folder) {
  const place = join(cache, "html-validate");
  const tool = join(place, "node_modules/html-validate/bin/html-validate.mjs");
  if (!existsSync(tool)) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), '{ "private": true }\n');
    npm(["install", "--no-save", "--ignore-scripts", `html-validate@${version}`], place);
  }
  writeFileSync(join(place, "rules.json"), JSON.stringify({ root: true, ...rules }));
  const report = join(place, "report.json"); // a pipe loses what is left in it when the validator ends
  rmSync(report, { force: true });
  const words = [tool, "--config", join(place, "rules.json"), "--formatter", `json=${report}`, `${folder}/**/*.html`];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: place, encoding: "utf8" });
  if (!existsSync(report)) return [(stderr || stdout).trim().slice(0, 500) || "html-validate said nothing"];
  return JSON.parse(readFileSync(report, "utf8")).flatMap(({ filePath, messages }) => {
    const name = filePath.slice(folder.length + 1);
    return messages.map(({ line, message, ruleId }) => `${name}:${line}: ${message} (${ruleId})`);
  });
}
