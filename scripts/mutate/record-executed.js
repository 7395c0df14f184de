// A setup file: writes down which places of the packages' sources a test file executes.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { executedSpans } from "./executed.js";

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

afterAll(async () => {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const modules = globalThis.__vitest_worker__.moduleExecutionInfo;
  const executed = {};
  for (const { url, functions } of result) {
    const [, file] = /\/(packages\/[a-z]+\/src\/.*\.ts)$/.exec(url) ?? [];
    if (file === undefined) continue;
    const spans = executedSpans(functions, modules.get(fileURLToPath(url)).startOffset);
    executed[file] = [...(executed[file] ?? []), ...spans]; // a module may be loaded twice
  }
  writeFileSync(process.env.MUTATE_RECORD, JSON.stringify(executed));
});
