// node scripts/tally.js NAME STATUS …: adds up the results that `npm test` (tests) and `npm run` of packages, runtimes,
// examples and site, ended with these exit codes, left behind, and prints them alone on the last line. Whatever failed
// besides the tests (installing, building, …) counts as one.
import { readFileSync } from "node:fs";

const readers = { tests, packages: plain, runtimes: plain, examples: plain, site: plain };
const words = process.argv.slice(2);
const counts = Object.entries(readers).filter(([name]) => words.includes(name)).map(([name, read]) => {
  const status = Number(words[words.indexOf(name) + 1]);
  const { passed, failed } = results(name, read);
  if (passed === 0) console.log(`No test passed in ${name}.`);
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
});
const [passed, failed] = ["passed", "failed"].map((key) => counts.reduce((sum, count) => sum + count[key], 0));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function results(name, read) {
  try {
    return read(JSON.parse(readFileSync(new URL(`../out/${name}.json`, import.meta.url), "utf8")));
  } catch {
    return { passed: 0, failed: 0 };
  }
}

/** Counts of the test runner. A file that could not be loaded has failed without a test to show for it. */
function tests({ numPassedTests, numFailedTests, testResults }) {
  const unloaded = testResults.filter((it) => it.status === "failed" && it.assertionResults.length === 0);
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}

/** Counts that are there as they are. */
function plain({ passed, failed }) {
  return { passed, failed };
}
