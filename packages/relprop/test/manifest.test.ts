/** Explanations written down, made again, and what differs where something was changed. */
import { readFile } from "node:fs/promises";
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { scalar, useKernels } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/digits/", import.meta.url);
const files: Record<string, Uint8Array> = {
  "digits.onnx": await readFile(new URL("digits.onnx", folder)),
  "hans.onnx": await readFile(new URL("clever-hans.onnx", folder)),
  "3.png": await readFile(new URL("images/3-a.png", folder)),
  "4.png": await readFile(new URL("images/4-a.png", folder)),
};
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Array.from(text, (letter) => letter.charCodeAt(0)));
const pair = generateKeyPairSync("ed25519");
const pem = (key: { export(options: object): string }, type: string): Uint8Array =>
  bytesOf(key.export({ type, format: "pem" }));
const keys = { "private.pem": pem(pair.privateKey, "pkcs8"), "public.pem": pem(pair.publicKey, "spki") };

const explain = async (...more: string[]): Promise<string> => {
  const {
    code, err, written,
  } = await run({ ...files, ...keys }, "explain", "digits.onnx", "3.png", "--manifest", "m.json", ...more);
  expect([code, err]).toEqual([0, ""]);
  return written.get("m.json") as string;
};

const verify = (
  manifest: string, changed: Record<string, Uint8Array> = {}, ...more: string[]
): ReturnType<typeof run> =>
  run({ ...files, ...keys, ...changed, "m.json": bytesOf(manifest) }, "verify", "m.json", ...more);

test("an explanation is made again, bit for bit, with any method and options", async () => {
  for (const more of [[], ["--composite", "epsilon-plus", "--target", "5"], ["--method", "integrated-gradients"]]) {
    const { code, out, err } = await verify(await explain(...more));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^m\.json: made again with relprop \S+, the same bits\n$/);
  }
});

test("a manifest names every file, the rules, the target and where relevance went", async () => {
  const manifest = JSON.parse(await explain()) as Record<string, unknown> & {
    files: { path: string; sha256: string }[],
  };
  expect(manifest.files.map(({ path }) => path).sort()).toEqual(["3.png", "digits.onnx"]);
  expect(manifest.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  expect(manifest).toMatchObject({ version: 1, target: [3], conservation: { started: 1 }, kernels: "scalar" });
});

test("what was changed is named", async () => {
  const manifest = await explain();
  const otherModel = await verify(manifest, { "digits.onnx": files["hans.onnx"]! });
  expect(otherModel.code).toBe(1);
  expect(otherModel.err).toMatch(/digits\.onnx is not the file that it was; .*the relevance has other bits/);
  expect((await verify(manifest, { "3.png": files["4.png"]! })).err).toMatch(
    /3\.png is not the file that it was; the target was \[3\]/,
  );
  const moved = JSON.parse(manifest) as { relevance: { sha256: string } };
  moved.relevance.sha256 = "0".repeat(64);
  expect((await verify(JSON.stringify(moved))).err).toMatch(
    /the relevance has other bits, though the kernels are those of the manifest/,
  );
});

test("other kernels are named, and numbers compared within what is allowed", async () => {
  useSimd();
  const manifest = await explain();
  useKernels(scalar);
  const { code, out } = await verify(manifest);
  expect(code).toBe(0);
  expect(out).toMatch(/within .* with other kernels \(scalar\); 0\.001 is allowed|the same bits/);
  const far = JSON.parse(manifest) as { relevance: { sha256: string; probe: number[] } };
  far.relevance.sha256 = "0".repeat(64);
  far.relevance.probe = far.relevance.probe.map((value) => 1.5 * value);
  expect((await verify(JSON.stringify(far))).err).toMatch(/the relevance lies .* apart, with other kernels \(scalar\)/);
});

test("signatures hold for what was signed, and for nothing else", async () => {
  const manifest = await explain("--sign", "private.pem");
  expect((await verify(manifest, {}, "--key", "public.pem")).out).toMatch(/, signed\n$/);
  const changed = manifest.replace('"relprop": "1.2.3"', '"relprop": "1.2.4"');
  expect((await verify(changed, {}, "--key", "public.pem")).err).toMatch(/was not signed by the key in public\.pem/);
  expect((await verify(await explain(), {}, "--key", "public.pem")).err).toMatch(
    /takes a manifest with a signature, got one without/,
  );
});

test("what is no manifest is refused", async () => {
  expect((await verify("{}")).err).toMatch(/takes a manifest of version 1/);
  const whole = JSON.parse(await explain()) as Record<string, object>;
  for (const broken of [
    { files: [5] }, { files: [{ path: 5, sha256: "" }] }, { files: 5 }, { output: undefined }, { model: 5 },
    { relevance: { ...whole["relevance"], probe: "x" } }, { output: { ...whole["output"], shape: ["1"] } },
  ]) {
    expect((await verify(JSON.stringify({ ...whole, ...broken }))).err).toMatch(/takes a manifest of version 1/);
  }
  const other = JSON.parse(await explain()) as { options: Record<string, string> };
  other.options["output"] = "x";
  expect((await verify(JSON.stringify(other))).err).toMatch(/takes options of relprop explain, got output/);
  const several = await run(files, "explain", "digits.onnx", "3.png", "4.png", "--manifest", "m.json");
  expect(several.err).toMatch(/--manifest takes one INPUT in a file, got 3\.png, 4\.png/);
});
