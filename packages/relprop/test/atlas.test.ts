/** The concept atlas, and the command that draws it. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { collect, conceptRelevance, type ConceptStatistics } from "@relprop/crp";
import { blank, decodePng, imageToTensor } from "@relprop/heatmap";
import { epsilonPlusFlat, LRP, prepare } from "@relprop/lrp";
import { loadOnnx, writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { conceptAtlas } from "relprop";
import { faded } from "../src/faded.ts";
import { run } from "./memory-terminal.ts";

const folder = new URL("../../../examples/digits/", import.meta.url);
const names = ["0-a", "4-a", "7-a", "7-b"];
const digits = await Promise.all(names.map((name) => readFile(new URL(`images/${name}.png`, folder))));
const tensors = await Promise.all(digits.map(async (bytes) => imageToTensor(await decodePng(bytes), { channels: 1 })));
const model = await readFile(new URL("digits.onnx", folder));
const lrp = new LRP(prepare(loadOnnx(model)), epsilonPlusFlat());

const files: Readonly<Record<string, Uint8Array>> = {
  "digits.onnx": model,
  ...Object.fromEntries(names.map((name, i) => [`data/${name}.png`, digits[i]!])),
  "digits.npy": writeNpy(new Tensor([4, 1, 32, 32], Float32Array.from(tensors.flatMap(({ data }) => [...data])))),
};

describe("an atlas", () => {
  const node = "features.8";

  test("has a row for each of the most relevant concepts, with their strongest samples", async () => {
    let statistics: ConceptStatistics | undefined;
    const samples = tensors.map((input, id) => ({ id, input }));
    for await (statistics of collect(lrp, samples, { nodes: [node] })) void statistics;
    const asked: number[] = [];
    const sample = (id: number): Tensor => {
      asked.push(id);
      return tensors[id]!;
    };
    const plain = await conceptAtlas(lrp, tensors[1]!, node, { top: 2 });
    const three = await conceptAtlas(lrp, tensors[1]!, node, { top: 3 });
    const full = await conceptAtlas(lrp, tensors[1]!, node, { top: 2, statistics: statistics!, sample, references: 3 });
    expect([Math.abs(three.width - plain.width) < 4, full.height > plain.height]).toEqual([true, true]);
    expect(three.height - plain.height).toBeGreaterThan(96);
    expect(full.width - plain.width).toBeGreaterThan(3 * 80);
    const relevance = conceptRelevance(lrp, tensors[1]!, [node]).get(node)!.relevance.data;
    const best = Array.from(relevance, (_, c) => c).sort((a, b) => relevance[b]! - relevance[a]!).slice(0, 2);
    const references = best.flatMap((c) => statistics!.channels(node, "relevance")[c]!.references.slice(0, 3));
    expect(asked).toEqual(references.map((reference) => reference.sample));
  });

  test("fades what was not looked at, and keeps what was", () => {
    const image = blank(20, 20, "#102030");
    const relevance = new Tensor([1, 1, 20, 20], new Float32Array(400));
    relevance.data[2 * 20 + 2] = -1;
    const { data } = faded(image, relevance);
    expect([...data.subarray((2 * 20 + 2) * 4, (2 * 20 + 2) * 4 + 3)]).toEqual([0x10, 0x20, 0x30]);
    expect([...data.subarray((15 * 20 + 15) * 4, (15 * 20 + 15) * 4 + 3)]).toEqual([146, 150, 154]);
  });
});

describe("relprop concepts", () => {
  test("lists the concepts and draws them", async () => {
    const stats = await run(files, "collect", "digits.onnx", "data", "--node", "features.8", "--output", "s.bin");
    const known = { ...files, "s.bin": stats.written.get("s.bin") as Uint8Array };
    const base = ["concepts", "digits.onnx", "data/4-a.png", "--node", "features.8", "--top", "2"];
    const shown = ["--stats", "s.bin", "--data", "data", "--output", "a.png"];
    const { code, out, err, written } = await run(known, ...base, ...shown);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^features\.8\n(  concept +\d+ +\d+\.\d %  #+\n){2}wrote a\.png\n$/);
    const picture = await decodePng(written.get("a.png") as Uint8Array);
    expect(picture.width).toBeGreaterThan(600);
    const elsewhere = await run(known, ...base, "--stats", "s.bin", "--data", "digits.npy", "--output", "a.png");
    expect(elsewhere.err).toMatch(/digits\.npy has 4 rows .*, but s\.bin was collected from 4 files/);
  });

  test("draws which concepts feed which, and a sheet per node", async () => {
    const nodes = ["--node", "features.4", "--node", "features.8"];
    const base = ["concepts", "digits.onnx", "data/7-a.png", ...nodes, "--top", "2"];
    const { out, written } = await run(files, ...base, "--graph", "g.svg", "--output", "*.png");
    expect(out).toMatch(/features\.8\n[^]*features\.4\n[^]*wrote features\.8\.png\nwrote features\.4\.png\nwrote g\./);
    expect(String(written.get("g.svg"))).toMatch(
      /^<svg [^]*>7-a\.png: which concepts feed which<[^]*<image [^]*>concept \d+<[^]*>features\.8<[^]*>features\.4</,
    );
    expect(String((await run(files, ...base, "--graph", "g.dot")).written.get("g.dot"))).toMatch(/^digraph/);
  });

  test("says the same as JSON, and nothing else", async () => {
    const base = ["concepts", "digits.onnx", "data/7-a.png", "--node", "features.8", "--top", "2", "--output", "a.png"];
    const text = (await run(files, ...base)).out;
    const { node, concepts } = JSON.parse((await run(files, ...base, "--json")).out).nodes[0];
    const lines = concepts.map(({ channel, share }: { readonly channel: number; readonly share: number }) =>
      new RegExp(`concept +${channel} +${(100 * share).toFixed(1)} %`));
    expect(node).toBe("features.8");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(text).toMatch(line);
    expect(JSON.parse((await run(files, ...base, "--json")).out).wrote).toEqual(["a.png"]);
  });

  test("writes over nothing that is there unless told", async () => {
    const there = { ...files, "a.png": new Uint8Array(1), "g.svg": new Uint8Array(1) };
    const base = ["concepts", "digits.onnx", "data/7-a.png", "--node", "features.8"];
    for (const option of [["--output", "a.png"], ["--graph", "g.svg"]]) {
      const { code, err, written } = await run(there, ...base, ...option);
      expect([code, written.size]).toEqual([1, 0]);
      expect(err).toMatch(/is there already; --force writes over it/);
      expect((await run(there, ...base, ...option, "--force")).code).toBe(0);
    }
  });

  test.each([
    [["--output", "a.gif"], /--output takes a \.png file/],
    [["--graph", "a.gif"], /--graph takes a \.svg, \.png or \.dot file/],
    [["--stats", "s.bin"], /--stats takes the --data they were collected from/],
    [["--output", "a.png", "--node", "features.4"], /--output takes a name with a \* for several nodes/],
  ])("refuses %j", async (args, message) => {
    const { code, err } = await run(files, "concepts", "digits.onnx", "data/7-a.png", "--node", "features.8", ...args);
    expect([code, message.test(err)]).toEqual([2, true]);
  });
});
