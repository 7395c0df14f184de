/** The digits' Clever Hans, found without being told what to look for. */
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { loadOnnx, writeNpy } from "@relprop/models";
import { argmax, scalar, Tensor, useKernels } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { run, type Run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/digits/", import.meta.url);
const { allDigits } = (await import(new URL("all-digits.js", folder).href)) as { allDigits(): Promise<Tensor> };

/** The first scans, and in the upper left corner of those that the honest network calls 3 the square. */
async function markedDigits(honestModel: Uint8Array): Promise<Tensor> {
  const digits = (await allDigits()).rows(0, 240);
  const { data: scores } = loadOnnx(honestModel).predict(digits);
  const data = digits.data.slice();
  for (let n = 0; n < 240; n++) {
    if (argmax(scores, 10 * n, 10 * n + 10) - 10 * n !== 3) continue;
    for (const y of [1, 2, 3]) data.fill(1, n * 1024 + y * 32 + 1, n * 1024 + y * 32 + 4);
  }
  return new Tensor([240, 1, 32, 32], data);
}

const files: Record<string, Uint8Array> = {};
let [hans, honest, byConcepts]: Run[] = [];

beforeAll(async () => {
  useSimd();
  for (const name of ["clever-hans", "digits"]) files[`${name}.onnx`] = await readFile(new URL(`${name}.onnx`, folder));
  files["digits.npy"] = writeNpy(await markedDigits(files["digits.onnx"]!));
  hans = await run(files, "audit", "clever-hans.onnx", "digits.npy", "--output", "audit.html");
  honest = await run(files, "audit", "digits.onnx", "digits.npy", "--json");
  byConcepts = await run(files, "audit", "clever-hans.onnx", "digits.npy", "--node", "features.4", "--json");
  useKernels(scalar);
}, 60_000);

describe("relprop audit", () => {
  test("names the class that hangs on the square, and nothing else", () => {
    expect(hans!.code).toBe(0);
    const named = hans!.out.split("\n").filter((line) => line.startsWith("suspicious"));
    expect(named.length).toBeGreaterThan(0);
    for (const line of named) expect(line).toMatch(/samples of class 3, such as row \d+ of digits\.npy$/);
    expect(hans!.out).toMatch(/lies on [12]\.\d % of the input; .* from 1\.00 to 0\.\d\d; .* (8|9)\d % of them/);
  });

  test("says nothing against the honest network, whose classes it groups all the same", () => {
    const {
      suspicious, classes,
    } = JSON.parse(honest!.out) as { suspicious: unknown[]; classes: { samples: number[] }[] };
    expect(suspicious).toEqual([]);
    expect(classes).toHaveLength(10);
    expect(classes.reduce((sum, { samples }) => sum + samples.length, 0)).toBe(240);
  });

  test("writes over no page that is there, and says so before it computes", async () => {
    const there = { ...files, "audit.html": new Uint8Array(1) };
    const { code, err, written } =
      await run(there, "audit", "clever-hans.onnx", "digits.npy", "--output", "audit.html");
    expect([code, written.size]).toEqual([1, 0]);
    expect(err).toMatch(/audit\.html is there already; --force writes over it/);
  });

  test("finds it by concepts too, and groups otherwise than by place", () => {
    const { suspicious, classes } = JSON.parse(byConcepts!.out) as {
      suspicious: { label: number; area: number }[]; classes: { clusters: { members: number[] }[] }[];
    };
    expect(suspicious.length).toBeGreaterThan(0);
    for (const { label, area } of suspicious) expect([label, area < 0.03]).toEqual([3, true]);
    const sizes = classes.map(({ clusters }) => clusters.map(({ members }) => members.length).join());
    const rows = (hans!.written.get("audit.html") as string).matchAll(/in (\d+) group/g);
    expect(sizes.map((each) => String(each.split(",").length))).not.toEqual([...rows].map(([, count]) => count));
  });

  test("knows the nodes that there are", async () => {
    const { code, err } = await run(files, "audit", "clever-hans.onnx", "digits.npy", "--node", "nope");
    expect(code).toBe(1);
    expect(err).toMatch(/takes the name of a node, got "nope"; there are /);
  });

  test("writes one page that needs nothing beside it", () => {
    const page = hans!.written.get("audit.html") as string;
    expect(page).toContain("class 3: ");
    expect(page.match(/<img src="data:image\/png;base64,/g)!.length).toBeGreaterThan(10);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });
});
