// Runs the suite in a page and sends the report back.
import { files } from "./material.js";
import { runSuite } from "./suite.js";

const assignment = JSON.parse(document.querySelector("#assignment").textContent);
let body;
try {
  body = await runSuite(assignment, { files });
} catch (error) {
  body = { passed: 0, failures: [{ name: "the suite runs", message: String(error) }], digests: {} };
}
await fetch("/report", { method: "POST", body: JSON.stringify(body) });
