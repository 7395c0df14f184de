// One vitest that stays, in a process of its own: what a change makes endless or fatal ends here and not the run.
//
// A message `{ changed, test }` names a file that was written since and a test file to run, or, without the second,
// asks what code the first becomes. With MUTATE_RECORD set, test files leave there what they executed.
import { createVitest } from "vitest/node";

const day = 86_400_000; // whoever asks has the patience, and ends this process when it is over
const recorder = process.env["MUTATE_RECORD"] === undefined ? [] : ["scripts/mutate/record-executed.js"];
const vitest = await createVitest("test", {
  watch: false,
  bail: 1,
  maxWorkers: 1,
  reporters: [{}],
  testTimeout: day,
  hookTimeout: day,
  setupFiles: ["test/seed.ts", ...recorder],
});
const project = vitest.getRootProject();

process.on("message", async ({ changed, test }) => {
  if (changed !== undefined) vitest.invalidateFile(changed);
  const before = process.cpuUsage();
  const answer = test === undefined ? await codeOf(changed) : await run(test);
  const { user, system } = process.cpuUsage(before);
  process.send({ ...answer, seconds: (user + system) / 1e6 });
});
process.on("disconnect", () => process.exit(0));
process.send({});

/** `{ passed, failed }`: how many tests passed, and the names of those that did not. */
async function run(test) {
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([project.createSpecification(test)]);
  const modules = testModules.filter(({ moduleId }) => moduleId === test); // others are of earlier runs
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const ended = (state) => tests.filter((it) => it.result().state === state);
  const loaded = modules.some((module) => module.state() !== "failed" || module.errors().length === 0);
  const failed = [...ended("failed").map((it) => it.fullName), ...unhandledErrors.map(String)];
  return { passed: ended("passed").length, failed: loaded ? failed : ["loading it", ...failed] };
}

/** `{ code }`, or `{}` where the file cannot be read. */
async function codeOf(file) {
  try {
    return { code: (await project.vite.environments.ssr.transformRequest(file)).code };
  } catch {
    return {};
  }
}
