// node scripts/tally.js STATUS: adds up the results that `npm test`, ended with exit code STATUS, left behind, and
// prints them alone on the last line. Whatever failed besides the tests (installing, building, …) counts as one.
import { readFileSync } from "node:fs";

const status = Number(process.argv[2] ?? 0);
const { passed, failed } = results(new URL("../out/tests.json", import.meta.url));
const total = failed === 0 && status !== 0 ? 1 : failed;
if (passed === 0) console.log("No test passed.");
console.log(`${passed} passed, ${total} failed`);
process.exitCode = total > 0 || passed === 0 ? 1 : 0;

function results(file) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
    // A file that could not be loaded has failed without a test to show for it.
    const unloaded = testResults.filter((it) => it.status === "failed" && it.assertionResults.length === 0);
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
