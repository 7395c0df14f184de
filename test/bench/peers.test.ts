/** What the peers are given is the same network, and what reports say follows from what was measured. */
import { describe, expect, test } from "vitest";
import { chain, Conv, ConvTranspose, Dense, Flatten, relu, type Model } from "@relprop/layers";
import { epsilonPlus, LRP, planOf, type Plan } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { ones, Tensor } from "@relprop/tensor";

interface Times {
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
}
type Peers = Readonly<Record<string, Times>>;
interface Described {
  readonly description: { readonly nodes: readonly { readonly weight?: { readonly offset: number } }[] };
  readonly arrays: readonly Float32Array[];
}

const bench = (path: string): Promise<unknown> => import(new URL(`../../bench/${path}`, import.meta.url).href);

const { describe: described } = (await bench("peers/describe.js")) as {
  describe: (model: Model, shape: readonly number[]) => Described;
};
const { onnxChunks } = (await bench("peers/write-onnx.js")) as {
  onnxChunks: (described: Described, outputShape: readonly number[]) => readonly Uint8Array[];
};
const { multiplications } = (await bench("peers/multiplications.js")) as {
  multiplications: (model: Model, shape: readonly number[], plan: Plan) => object;
};
const { leNet5, resNet18, vgg16 } = (await bench("networks.js")) as {
  leNet5: () => Model;
  resNet18: (options: { readonly thin: number }) => Model;
  vgg16: (options: { readonly thin: number; readonly extent: number }) => Model;
};
const { reportTable } = (await bench("report-table.js")) as { reportTable: (measured: object) => string };
const { chart } = (await bench("chart.js")) as {
  chart: (peers: Peers, clock: string, machine: { readonly line: string }) => string;
};

interface Network {
  readonly name: string;
  readonly model: Model;
  readonly shape: readonly number[];
}

const networks: readonly Network[] = [
  { name: "LeNet-5", model: leNet5(), shape: [2, 1, 28, 28] },
  { name: "ResNet-18", model: resNet18({ thin: 16 }), shape: [1, 3, 64, 64] },
  { name: "VGG16", model: vgg16({ thin: 32, extent: 32 }), shape: [1, 3, 32, 32] },
];

describe("networks for peers", () => {
  test.each(networks)("$name says the same after it was written as ONNX", ({ model, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const input = new Tensor(shape, Float32Array.from({ length: size }, (_, i) => Math.sin(i)));
    const expected = model.predict(input);
    const chunks = onnxChunks(described(model, shape), expected.shape);
    const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
    chunks.reduce((offset, chunk) => (bytes.set(chunk, offset), offset + chunk.length), 0);
    expect(loadOnnx(bytes).predict(input).data).toEqual(expected.data);
  });

  test("take as many multiplications as their products have, and explanations as many more as are planned", () => {
    const model = chain(
      new Conv(ones([4, 2, 3, 3]), { padding: 1, activation: relu }),
      new ConvTranspose(ones([4, 1, 2, 2]), { stride: 2 }),
      new Flatten(), new Dense(ones([5, 64])),
    );
    const lrp = new LRP(model, epsilonPlus());
    const [conv, transposed, dense] = [4 * 18 * 16, 4 * 4 * 16, 5 * 64];
    expect(multiplications(model, [1, 2, 4, 4], planOf(lrp, [1, 2, 4, 4]))).toEqual({
      forward: conv + transposed + dense,
      // W⁺ a⁺ and W⁻ a⁻, there and back; behind a rectifier one of them; ε goes back alone.
      explained: conv * 5 + transposed * 3 + dense * 2,
    });
  });

  test("say where in the parameters each of theirs begins", () => {
    const { description, arrays } = described(leNet5(), [1, 1, 28, 28]);
    const offsets = description.nodes.flatMap(({ weight }) => (weight === undefined ? [] : [weight.offset]));
    expect(offsets).toEqual([0, 156, 2572, 50692, 60856]);
    expect(arrays.map(({ length }) => length).slice(0, 4)).toEqual([150, 6, 2400, 16]);
  });
});

const times = (...cpu: number[]): Times => ({ cpu, wall: cpu.map((time) => 2 * time) });
const peers: Peers = {
  "relprop | vgg16 | forward": times(400, 500, 900),
  "relprop | vgg16 | epsilon-plus-flat": times(1200, 1500, 2700),
  "relprop | vgg16 | concepts-1": times(1000, 1000, 1000),
  "relprop | vgg16 | concepts-16": times(7000, 7000, 7000),
  "relprop, 2 threads | vgg16 | epsilon-plus-flat": times(750, 1000, 1350),
  "onnxruntime-web wasm | vgg16 | forward": times(1000, 1000, 1000),
};

describe("the report", () => {
  const lines = reportTable({ clock: "cpu", peers, memory: 1.21 }).split("\n");
  const line = (start: string): string => lines.find((text) => text.startsWith(`| ${start}`))!;

  test("takes the median of the ratios within rounds, and says by how much a bar is missed", () => {
    expect(line("VGG16 forward / onnx")).toContain("| 0.50 × | 500 ms / 1000 ms | **missed by 19 %** |");
    expect(line("VGG16 LRP epsilonPlusFlat / its")).toContain("| 3.00 × | 1500 ms / 500 ms | **missed by 20 %** |");
  });

  test("knows bars to be reached from bars not to be exceeded", () => {
    expect(line("two threads")).toMatch(/≥ 1\.8 × .* 1\.60 × .*missed by 11 %/);
    expect(line("peak memory")).toMatch(/≤ 1\.3 GB .* 1\.21 GB .*met, 7 % to spare/);
  });

  test("says what flipping and an audit take", () => {
    const auditing = { seconds: 4.2, suspicious: 1, after: 138, again: 146 };
    const all = reportTable({ clock: "cpu", peers, auditing, flipping: { ratio: 1.1, flipping: 3.3, forward: 3 } });
    const row = (start: string): string => all.split("\n").find((text) => text.startsWith(`| ${start}`))!;
    expect(row("flipping")).toContain("| 1.10 × | 3.30 s / 3.00 s | **missed by 5 %** |");
    expect(row("audit")).toContain("| 4.20 s | 1 suspicious, 138 MB, 146 MB after another | aim met |");
    expect(row("memory that another audit")).toContain("| 8.00 MB |");
  });

  test("counts what sixteen concepts take beyond one", () => {
    expect(line("each further concept")).toMatch(/0\.27 × .*aim met/);
  });

  test("says what was not measured", () => {
    expect(line("ResNet-18")).toContain("not measured");
  });
});

test("the chart has a bar for each contestant that was timed", () => {
  const picture = chart(peers, "cpu", { line: "2026-01-01" });
  expect(picture.match(/<rect x=/g)).toHaveLength(3);
  expect(picture).toContain("1.00 s, 2.00 ×");
});
