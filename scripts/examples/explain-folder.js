// The example that explains a folder, on the bundled digits and a file that is no picture.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "../../examples/folder/pool.js";
import { root } from "../runtimes/pack.js";

/** Complaints about what it prints and writes to `out`. */
export function folderComplaints(out) {
  const from = `${out}-from`;
  mkdirSync(from, { recursive: true });
  cpSync(join(root, "examples/digits/images"), from, { recursive: true });
  writeFileSync(join(from, "broken.png"), "no picture");
  const count = readdirSync(join(root, "examples/digits/images")).length;
  const words = ["examples/folder/explain-folder.js", from, out];
  const options = { cwd: root, encoding: "utf8", timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, options);
  const complaints = [];
  if (status !== 0) complaints.push(`ended with ${status}: ${stderr.slice(0, 500)}`);
  if (!stdout.includes(`${count} heatmaps`)) complaints.push(`printed ${stdout.slice(-200)}`);
  if (!/4-a\.png: 4/.test(stdout) || !/broken\.png: left out/.test(stdout)) complaints.push("explains something else");
  if (readdirSync(out).length !== count) complaints.push(`wrote ${readdirSync(out).length} files, not ${count}`);
  return complaints;
}

/** Complaints about a job that is called off, and about the one that comes after it. */
export async function cancelComplaints(out) {
  const pool = new Pool(new URL("../../examples/folder/worker.js", import.meta.url), 1);
  const job = { from: join(root, "examples/digits/images/4-a.png"), to: join(out, "once-more.png") };
  try {
    const controller = new AbortController();
    const running = pool.run(job, { signal: controller.signal });
    controller.abort(new Error("enough"));
    const { message } = await running.catch((error) => error);
    const { explained } = await pool.run(job);
    const late = await pool.run(job, { signal: AbortSignal.abort(new Error("late")) }).catch((error) => error);
    const right = message === "enough" && explained === 4 && late.message === "late";
    return right ? [] : [`ended with ${message}, then ${explained}, then ${late.message}`];
  } finally {
    await pool.close();
  }
}
