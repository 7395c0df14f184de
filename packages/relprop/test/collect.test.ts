/** Statistics over a data set from the command line: resumed, in shards, and merged. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { collect, statisticsFromBytes, statisticsToBytes, type ConceptStatistics } from "@relprop/crp";
import { decodePng, imageToTensor } from "@relprop/heatmap";
import { epsilonPlusFlat, LRP, prepare } from "@relprop/lrp";
import { loadOnnx, writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { formatProgress, formatTime } from "../src/command/progress.ts";
import { run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/digits/", import.meta.url);
const names = ["0-a", "1-a", "2-a", "3-a", "4-a", "5-a", "6-a", "7-a", "8-a", "9-a"];
const digits = await Promise.all(names.map((name) => readFile(new URL(`images/${name}.png`, folder))));
const tensors = await Promise.all(digits.map(async (bytes) => imageToTensor(await decodePng(bytes), { channels: 1 })));
const rows = new Tensor([10, 1, 32, 32], Float32Array.from(tensors.flatMap(({ data }) => [...data])));
const model = await readFile(new URL("digits.onnx", folder));

const files: Readonly<Record<string, Uint8Array>> = {
  "digits.onnx": model,
  "data/notes.txt": new Uint8Array(3),
  ...Object.fromEntries(names.map((name, i) => [`data/${name}.png`, digits[i]!])),
  "digits.npy": writeNpy(rows),
};
const nodes = ["--node", "features.8", "--node", "features.4"];

async function collected(data: string, more: readonly string[] = [], known: Readonly<Record<string, Uint8Array>> = {}) {
  const args = ["collect", "digits.onnx", data, ...nodes, "--output", "s.bin", ...more];
  const result = await run({ ...files, ...known }, ...args);
  return { ...result, bytes: result.written.get("s.bin") as Uint8Array };
}

const nan = (): Float32Array => new Float32Array(1024).fill(NaN);

/** What one pass over the folder gives, computed once. */
const whole = await collected("data");

describe("relprop collect", () => {
  test("writes what collect finds in the inputs of a folder, by name", async () => {
    const { code, err, out, bytes } = whole;
    expect([code, err, out]).toEqual([0, "", "wrote s.bin: 10 samples\n"]);
    const lrp = new LRP(prepare(loadOnnx(model)), epsilonPlusFlat());
    const { about = {} } = statisticsFromBytes(bytes).settings;
    let mine: ConceptStatistics | undefined;
    const samples = tensors.map((input, id) => ({ id, input }));
    for await (mine of collect(lrp, samples, { nodes: ["features.8", "features.4"], about })) void mine;
    expect(statisticsToBytes(mine!).join() === bytes.join()).toBe(true);
    expect(about).toMatchObject({ by: "sum", target: "max", composite: "epsilon-plus-flat" });
    expect(about["data"]).toMatch(/^10 files [0-9a-f]{16}$/);
  });

  test("takes the rows of an array for samples too", async () => {
    const tables = ({ bytes }: { readonly bytes: Uint8Array }): unknown => statisticsFromBytes(bytes).tables;
    expect(tables(await collected("digits.npy"))).toEqual(tables(whole));
  });

  test("goes on where it was, and does nothing when all is done", async () => {
    const half = await collected("data", ["--shard", "1/2"]);
    const rest = await collected("data", [], { "s.bin": half.bytes });
    expect(rest.out).toBe("wrote s.bin: 10 samples, 5 of them from before\n");
    expect(rest.bytes.join() === whole.bytes.join()).toBe(true);
    const again = await collected("data", [], { "s.bin": whole.bytes });
    expect([again.code, again.written.size]).toEqual([0, 0]);
  });

  test("saves what it has when a sample cannot be read", async () => {
    const { code, err, bytes } = await collected("data", [], { "data/5-b.png": new Uint8Array(9) });
    expect(code).toBe(1);
    expect(err).toMatch(/^relprop collect: data\/5-b\.png: /);
    expect(statisticsFromBytes(bytes).samples.ranges).toEqual([[0, 5]]);
  });

  test.each<readonly [string, readonly string[], Readonly<Record<string, Uint8Array>>, RegExp]>([
    ["another folder", [], { "data/10.png": digits[0]! }, /of data "10 files .*", not "11 files .*"; remove it, or /],
    ["another measure", ["--by", "max"], {}, /of by "sum", not "max"/],
    ["another rule", ["--composite", "lrp-0"], {}, /of composite "epsilon-plus-flat", not "lrp-0"/],
    ["another number", ["--top", "3"], {}, /of top "40", not "3"/],
    ["another node", ["--node", "features.0"], {}, /of node "features\.4, features\.8", not "features\.0, /],
  ])("refuses to go on from statistics of %s", async (_, args, more, message) => {
    const { code, err, written } = await collected("data", args, { ...more, "s.bin": whole.bytes });
    expect(err).toMatch(message);
    expect([code, written.size]).toEqual([1, 0]);
  });

  test.each([
    [["--shard", "4/3"], /--shard takes a part like 2\/3, got "4\/3"/],
    [["--by", "mean"], /--by takes sum, absSum or max, got "mean"/],
    [["--every", "soon"], /--every takes seconds, got "soon"/],
    [["--node", "features.99"], /takes the name of a node, got "features\.99"/],
  ])("refuses %j", async (args, message) => {
    expect((await collected("data", args)).err).toMatch(message);
  });
});

describe("relprop merge", () => {
  test("of shards in any order gives the bytes of one pass", async () => {
    const parts = await Promise.all(["1/3", "2/3", "3/3"].map((shard) => collected("data", ["--shard", shard])));
    const shards = Object.fromEntries(parts.map(({ bytes }, i) => [`${i}.bin`, bytes]));
    const { out, written } = await run(shards, "merge", "2.bin", "0.bin", "1.bin", "--output", "all.bin");
    expect(out).toBe("wrote all.bin: 10 samples\n");
    expect((written.get("all.bin") as Uint8Array).join() === whole.bytes.join()).toBe(true);
    expect((await run(shards, "merge", "0.bin", "2.bin", "--output", "x")).out).toContain("7 samples, without 3 to 5");
  });

  test("says as JSON what is there and what is not, and writes over nothing", async () => {
    const parts = await Promise.all(["1/3", "3/3"].map((shard) => collected("data", ["--shard", shard, "--json"])));
    expect(parts.map(({ out }) => JSON.parse(out))).toEqual([
      { output: "s.bin", samples: 3, before: 0, left: 0 }, { output: "s.bin", samples: 4, before: 0, left: 0 },
    ]);
    const shards = Object.fromEntries(parts.map(({ bytes }, i) => [`${i}.bin`, bytes]));
    const { out } = await run(shards, "merge", "0.bin", "1.bin", "--output", "all.bin", "--json");
    expect(JSON.parse(out)).toEqual({ output: "all.bin", samples: 7, missing: [[3, 5]] });
    const over = await run(shards, "merge", "0.bin", "1.bin", "--output", "0.bin");
    expect([over.code, over.written.size]).toEqual([1, 0]);
    expect((await run(shards, "merge", "0.bin", "1.bin", "--output", "0.bin", "--force")).code).toBe(0);
  });

  test("refuses what overlaps, what is of something else, and what is no statistics", async () => {
    const other = await collected("data", ["--by", "max"]);
    const given = { "one.bin": whole.bytes, "other.bin": other.bytes, "text.bin": new Uint8Array(4) };
    const merged = async (path: string) => (await run(given, "merge", "one.bin", path, "--output", "x")).err;
    expect(await merged("one.bin")).toMatch(/one\.bin: samples: takes each sample once, got 0 twice/);
    expect(await merged("other.bin")).toMatch(/other\.bin: takes statistics of one thing, got by "max", not "sum"/);
    expect(await merged("text.bin")).toMatch(/text\.bin: statistics: takes a whole file of JSON/);
  });
});

describe("a sample that cannot be used", () => {
  const odd = { "data/2-x.png": new Uint8Array(9), "data/5-x.npy": writeNpy(new Tensor([1, 1, 32, 32], nan())) };

  test("is named, and ends the pass with what was found saved", async () => {
    const { code, err, bytes } = await collected("data", [], odd);
    expect([code, err]).toEqual([
      1,
      "relprop collect: data/2-x.png: image: takes PNG, PGM or PPM, got a file that begins with 0 0 0 0 (at byte 0) " +
        "(--keep-going leaves it out)\n",
    ]);
    expect(statisticsFromBytes(bytes).samples.size).toBe(3);
    const second = await collected("data", [], { "data/5-x.npy": odd["data/5-x.npy"] });
    expect(second.err).toMatch(/^relprop collect: data\/5-x\.npy: .*\(--keep-going leaves it out\)\n$/);
    const rows = await run({ ...files, "d.npy": writeNpy(new Tensor([1, 1, 32, 32], nan())) },
      "collect", "digits.onnx", "d.npy", ...nodes, "--output", "s.bin");
    expect(rows.err).toMatch(/^relprop collect: row 0 of d\.npy: /);
  });

  test("is left out by --keep-going, which says so", async () => {
    const { code, out, err, bytes } = await collected("data", ["--keep-going"], odd);
    expect([code, out]).toEqual([1, "wrote s.bin: 10 samples\n"]);
    expect(err.split("\n").map((line) => line.slice(0, 30))).toEqual([
      "left out data/2-x.png: image: ", "left out data/5-x.npy: exact s", "relprop collect: left out 2 of", "",
    ]);
    const { samples } = statisticsFromBytes(bytes);
    expect([samples.size, samples.has(3), samples.has(7)]).toEqual([10, false, false]);
  });
});

describe("progress", () => {
  test("says how many, how fast, and how long it will take", () => {
    expect(formatProgress(0, 10, 0, 5)).toBe("0 of 10 (0 %)");
    expect(formatProgress(5, 10, 4, 2000)).toBe("5 of 10 (50 %), 2.0 a second, 2.5 s left");
    expect(formatProgress(1, 4, 1, 60_000)).toBe("1 of 4 (25 %), 60.0 s each, 3 min 0 s left");
    expect([9.96, 59.4, 61, 3600 * 5 + 720].map(formatTime)).toEqual(["10.0 s", "59 s", "1 min 1 s", "5 h 12 min"]);
  });
});
