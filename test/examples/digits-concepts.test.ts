/** The digits example: its statistics of concepts, and its enlarged scans. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../repo/files.ts";

const built = existsSync(join(root, "packages/relprop/dist/index.js"));

test.skipIf(!built)("statistics of 120 digits equal a naive double loop exactly", () => {
  const args = ["examples/digits/concepts/verify.js", "120"];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 60_000 });
  expect(stdout).toBe("1056 channels over 120 digits are exactly those of a double loop\n");
  expect(status).toBe(0);
}, 70_000);

test.skipIf(!built)("the enlarged scans hold the images of the example, bit for bit", () => {
  const script = `
    import { readFile } from "node:fs/promises";
    import { decodePng, imageToTensor } from "relprop";
    import { allDigits } from "./examples/digits/all-digits.js";
    const all = await allDigits();
    const known = new Set(Array.from({ length: all.shape[0] }, (_, n) => all.rows(n, n + 1).data.join()));
    for (const digit of "0123456789") {
      for (const letter of "ab") {
        const image = await decodePng(await readFile("examples/digits/images/" + digit + "-" + letter + ".png"));
        if (!known.has(imageToTensor(image, { channels: 1 }).data.join())) console.log(digit + letter);
      }
    }
    console.log(known.size);`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 60_000 });
  expect(stdout).toBe("1797\n");
}, 70_000);
