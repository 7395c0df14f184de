/** `relprop collect` as a process of its own, killed again and again. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { statisticsFromBytes } from "@relprop/crp";

const command = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const digits = fileURLToPath(new URL("../../../examples/digits/", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "relprop-killed-"));
const [data, model] = [join(place, "data"), join(digits, "digits.onnx")];
const copies = 8;

afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
}

function collect(output: string, timeout: number): Ended {
  const often = ["--every", "0", "--top", "5"]; // small statistics take no time to save
  const args = ["collect", model, data, "--node", "features.8", ...often, "--output", join(place, output)];
  return spawnSync(process.execPath, [command, ...args], { encoding: "utf8", timeout, killSignal: "SIGKILL" });
}

test.skipIf(!existsSync(command))("10 kills at random moments lose nothing and count nothing twice", () => {
  mkdirSync(data);
  const images = readdirSync(join(digits, "images"));
  for (let copy = 0; copy < copies; copy++) {
    for (const name of images) writeFileSync(join(data, `${copy}-${name}`), readFileSync(join(digits, "images", name)));
  }
  const [working, starting] = [1, 2].map(() => {
    const start = performance.now();
    expect(collect("whole.bin", 60_000).status).toBe(0);
    return performance.now() - start; // the second time there is nothing left to do
  }) as [number, number];
  // Before that it only loads; and there shall be something left to do for the last ones.
  const [earliest, latest] = [0.8 * starting, starting + Math.max(0, working - starting) / 3];

  const output = join(place, "killed.bin");
  const bytes = (name: string): string => readFileSync(join(place, name)).join();
  const asWhole = (): boolean => bytes("killed.bin") === bytes("whole.bin");
  let seen: number[] = [];
  let kills = 0;
  for (let run = 0; kills < 10 && run < 40; run++) {
    const { status, signal } = collect("killed.bin", Math.ceil(earliest + Math.random() * (latest - earliest)));
    if (signal === "SIGKILL") kills += 1;
    else expect(status).toBe(0);
    seen.push(existsSync(output) ? statisticsFromBytes(readFileSync(output)).samples.size : 0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    if (signal === "SIGKILL") continue;
    expect(asWhole()).toBe(true); // through before it was killed: the next one begins anew
    rmSync(output);
    seen = [];
  }
  expect(kills).toBeGreaterThan(0);
  expect(collect("killed.bin", 60_000).status).toBe(0);
  expect(asWhole()).toBe(true);
  console.log(`samples after each of ${kills} kills, of ${copies * images.length}: ${seen.join(", ")}`);
}, 120_000);
