// Runs the suite in a runtime with a command line: process.js SUITE MATERIAL ASSIGNMENT. Its last line is the report.
import process from "node:process";

const [suite, material, assignment] = process.argv.slice(2);
const { runSuite } = await import(suite);
const { files } = await import(material);
const report = await runSuite(JSON.parse(assignment), { files });
console.log(`report ${JSON.stringify(report)}`);
process.exitCode = report.failures.length === 0 ? 0 : 1;
// No exit: idle threads must not keep the process alive.
