// Runtimes with a command line: they run a module and print its report.
import { spawn } from "node:child_process";

const patience = 120_000;

/** The report of the suite run by a command; throws where it crashed, said nothing, or hung on. */
export async function runProcess([command, ...words], { folder, suite, material }, assignment) {
  const args = [...words, suite, material, JSON.stringify(assignment)];
  const { code, stdout, stderr } = await run(command, args, folder);
  const line = stdout.split("\n").find((text) => text.startsWith("report "));
  if (line === undefined) throw new Error(`ended with ${code}: ${(stderr || stdout).trim().slice(0, 2000)}`);
  const report = JSON.parse(line.slice(7));
  const expected = report.failures.length === 0 ? 0 : 1;
  if (code !== expected) throw new Error(`printed its report, then ended with ${code}: ${stderr.trim().slice(0, 500)}`);
  return report;
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: "1" } });
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, stdout, stderr });
    });
  });
}
