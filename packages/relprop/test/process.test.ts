/** The command as a process: what becomes of it when nobody takes what it prints. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readStream } from "../src/command/read-file.ts";

const command = fileURLToPath(new URL("../bin/relprop.js", import.meta.url));
const built = existsSync(fileURLToPath(new URL("../dist/bin.js", import.meta.url)));
const inShell = (line: string) =>
  spawnSync("bash", ["-c", `set -o pipefail; ${line}`, process.execPath, command], { encoding: "utf8" });

test.skipIf(!built || !existsSync("/dev/full"))("on a full disk it says so in a sentence", () => {
  const { status, stderr } = inShell('"$0" "$1" --help > /dev/full');
  expect([status, stderr]).toEqual([1, "relprop: cannot write to standard output: the disk is full\n"]);
  expect(inShell('"$0" "$1" explane 2> /dev/full').status).toBe(2);
});

test.skipIf(!built || process.platform === "win32")("whoever stops reading has what they wanted", () => {
  const { status, stdout, stderr } = inShell('"$0" "$1" explain --help | head -c 7');
  expect([status, stdout, stderr]).toEqual([0, "relprop", ""]);
});

test.skipIf(!built)("it says which version it is", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const { stdout } = spawnSync(process.execPath, [command, "--version"], { encoding: "utf8" });
  expect(stdout).toBe(`relprop ${version}\n`);
});

test.skipIf(!built || !existsSync("/dev/full"))("a studio whose address nobody can be told ends", () => {
  const { status, stderr } = inShell('"$0" "$1" view > /dev/full');
  expect([status, stderr]).toEqual([1, "relprop: cannot write to standard output: the disk is full\n"]);
});

test("what comes from a stream without end is refused once it is too much", async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;; given++) yield new Uint8Array(10).fill(given);
  }
  await expect(readStream(endless(), 99)).rejects.toMatchObject({ code: "ENDLESS" });
  expect(given).toBe(9);
  async function* short(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1, 2);
    yield Uint8Array.of(3);
  }
  expect(await readStream(short(), 3)).toEqual(Uint8Array.of(1, 2, 3));
  await expect(readStream(short(), 2)).rejects.toMatchObject({ code: "ENDLESS" });
});
