/** The page of formats and operators is what the code says; `npm run formats` writes it anew. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { isSuite, runSuite } from "../conformance/onnx/run-suite.ts";
import { json, root } from "./files.ts";
import { formatsPage, type Tier } from "./formats.ts";

const page = "../../docs/reference/formats.md";
const shares = "../../docs/reference/onnx-suite.json";
const suite = join(root, "../shared/suites/onnx");

// Only where it is asked for: the suite has two thousand cases.
const isWanted = process.env["FORMATS"] === "1" && isSuite(suite);

test.runIf(isWanted)("the share of the suite is what its cases give", async () => {
  const results = runSuite(suite);
  const numbers = [...new Set(results.map(({ entry }) => entry.tier))].sort();
  const tiers = numbers.map((tier): Tier => {
    const all = results.filter(({ entry }) => entry.tier === tier);
    return { tier, cases: all.length, passed: all.filter(({ passed }) => passed).length };
  });
  await expect(`${JSON.stringify(tiers)}\n`).toMatchFileSnapshot(shares);
}, 600_000);

test("the page of formats and operators is current", async () => {
  await expect(formatsPage(json<readonly Tier[]>("docs/reference/onnx-suite.json"))).toMatchFileSnapshot(page);
});
