/** `explain`, for whatever people have. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { decodePng, encodePng, heatmap, resize, type Image } from "@relprop/heatmap";
import { chain, Conv, Dense, Flatten, Model, relu } from "@relprop/layers";
import { epsilonPlus, LRP, prepare, type Target } from "@relprop/lrp";
import { loadOnnx, writeNpy } from "@relprop/models";
import type { Audit, TextAudit } from "@relprop/evaluate";
import {
  auditPage, explain, textAuditPage, type ExplainOptions, type Input, type NamedAuditData,
} from "relprop";
import { Tensor, tensor, type AbortSignalLike } from "@relprop/tensor";

const digits = new URL("../../../examples/digits/", import.meta.url);
const model = await readFile(new URL("digits.onnx", digits));
const four = await readFile(new URL("images/4-a.png", digits));
const pixels = await decodePng(four);
const labels = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

const circle: unknown[] = [];
circle.push([1, circle]);

const pathOf = (name: string): string => fileURLToPath(new URL(name, digits));
const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const rows = chain(new Dense(tensor([1, -2, 3, 4, 5, 6], [2, 3])), relu, new Dense(tensor([1, 0, 0, 1], [2, 2])));

describe("one explanation, however the files come", () => {
  const expected = explain(model, four).then(({ relevance }) => relevance);
  const held = (bytes: Uint8Array) => ({ arrayBuffer: async () => buffer(bytes) });
  test.each<readonly [string, Parameters<typeof explain>[0], Parameters<typeof explain>[1]]>([
    ["in array buffers", buffer(model), buffer(four)],
    ["as blobs", new Blob([buffer(model)]), new Blob([buffer(four)])],
    ["as answers to requests", new Response(buffer(model)), new Response(buffer(four))],
    ["as anything that gives its bytes", held(model), held(four)],
    ["loaded, and as pixels", loadOnnx(model), pixels],
    ["by their paths", pathOf("digits.onnx"), pathOf("images/4-a.png")],
    ["as URLs of files", new URL("digits.onnx", digits), new URL("images/4-a.png", digits).href],
  ])("%s", async (_, network, input) => {
    expect((await explain(network, input)).relevance).toEqual(await expected);
  });

  test("an answer without content is told", async () => {
    const answer = new Response("not found", { status: 404 });
    await expect(explain(model, answer)).rejects.toThrow("explain: takes an answer with content, got status 404");
  });

  test("arrays in files, tensors and lists of numbers are rows", async () => {
    const values = [0.5, -1, 2];
    const { relevance } = await explain(rows, tensor([values]));
    for (const input of [values, Float32Array.from(values), [values], writeNpy(tensor(values))]) {
      expect((await explain(rows, input)).relevance).toEqual(relevance);
    }
  });
});

describe("options", () => {
  test("composites have names", async () => {
    const network = prepare(loadOnnx(model));
    const named = await explain(network, four, { composite: "epsilon-plus" });
    expect(named.relevance).toEqual((await explain(network, four, { composite: epsilonPlus() })).relevance);
    expect(named.about.composite).toBe("epsilon-plus");
    await expect(explain(model, four, { composite: "epsilon-pluss" })).rejects.toThrow('did you mean "epsilon-plus"?');
    const ignored = await explain(network, four, { composite: "epsilon-plus", bias: "ignored" });
    const made = await explain(network, four, { composite: epsilonPlus({ bias: "ignored" }) });
    expect(ignored.relevance).toEqual(made.relevance);
    await expect(explain(model, four, { composite: "attn-lrp", bias: "ignored" })).rejects.toThrow("takes a bias for");
    await expect(explain(model, four, { composite: "epsilon-plus", box: [0, 1] })).rejects.toThrow("takes a box for");
  });

  test("targets have labels, and positions in maps", async () => {
    const explained = await explain(model, four, { target: "nine", labels });
    expect([explained.target, explained.scores.find(({ explained }) => explained)?.label]).toEqual([[9], "nine"]);
    await expect(explain(model, four, { target: "for", labels })).rejects.toThrow('got "for"; did you mean "four"?');
    await expect(explain(model, four, { target: "four" })).rejects.toThrow("explain: takes max, a number, or one of");
    await expect(explain(model, four, { target: {} as Target })).rejects.toThrow('target: takes "max", a number');
    const map = chain(new Conv(new Tensor([2, 3, 1, 1], Float32Array.of(1, 2, 3, 4, 5, 6))));
    const image = { width: 5, height: 4, data: new Uint8ClampedArray(80).fill(200) };
    expect((await explain(map, image, { target: "1@2,3" })).scores.at(-1)).toMatchObject({
      label: "output 1 at 2, 3", explained: true,
    });
    const whole = await explain(map, image, { target: 1 });
    expect(whole.scores[0]).toMatchObject({ label: "output 1 at all positions", explained: true });
  });

  test("pictures are made to fit, and the box of z^B is theirs", async () => {
    const large: Image = resize(pixels, 80, 64);
    await expect(explain(model, large)).rejects.toThrow('of 32 × 32 pixels, got 80 × 64: preprocess "fit" resizes');
    const fitted = await explain(model, large, { preprocess: "fit" });
    expect([fitted.about.image?.width, fitted.target]).toEqual([32, [4]]);
    const sized = { preprocess: { fit: 32, mean: [0.5], std: [0.5] }, composite: "epsilon-gamma-box" } as const;
    expect((await explain(model, large, sized)).warnings).toEqual([]);
    const { warnings } = await explain(model, large, { ...sized, box: [0, 1] });
    expect(warnings[0]).toContain("zBox takes inputs from 0 to 1, got -1");
    const input = { name: "input", shape: [undefined, 3, 48, 40], layout: "channelsFirst" } as const;
    const conv = new Conv(new Tensor([2, 3, 1, 1], new Float32Array(6).fill(1)));
    const network = new Model({ ...chain(conv), inputs: [input] });
    const { image } = (await explain(network, await encodePng(large), { preprocess: "imagenet" })).about;
    expect([image?.width, image?.height]).toEqual([40, 48]);
  });

  test.each<readonly [ExplainOptions, string]>([
    [{ preprocess: "imagnet" }, 'preprocess: takes fit, imagenet, inception, symmetric, bytes, got "imagnet"; did'],
    [{ range: [1, 0] }, "explain: takes a range from low to high, got 1 to 0"],
    [{ range: [0, 1], preprocess: { mean: [1] } }, "explain: takes a range, or preprocessing with mean and std"],
  ])("%j is refused", async (options, message) => {
    await expect(explain(model, four, options)).rejects.toThrow(message);
  });

  test.each<readonly [unknown, string]>([
    [null, "explain: takes options as an object, got null"],
    [{ composite: 5 }, "explain: takes a composite or the name of one as composite, got 5"],
    [{ labels: "cat" }, "explain: takes a list of names as labels, got cat"],
    [{ composit: "lrp-0" }, 'signal, start, sums, target, got "composit"; did you mean "composite"?'],
    [{ preprocess: 5 }, "explain: takes a name, or sizes, means and deviations as preprocess, got 5"],
  ])("of other kinds are told: %j", async (options, message) => {
    await expect(explain(model, four, options as ExplainOptions)).rejects.toThrow(message);
  });

  test.each<readonly [string, unknown, unknown, string]>([
    ["no model", {}, four, "explain: takes a model as a path, the bytes of its file, or loaded, got an object"],
    ["a promise", Promise.resolve(model), four, "or loaded, got a promise: await it first"],
    ["lists in a circle", model, circle, "or a tensor, got a list"],
    ["nothing", model, undefined, "explain: takes a PNG, PPM, JPEG or .npy file (its path or bytes), pixels, numbers"],
    ["a list with words", model, [1, "2"], "or a tensor, got a list"],
    ["a picture for rows", new Model({ ...rows, inputs: [{ name: "input", shape: [undefined, 3] }] }), pixels,
      "explain: takes no picture, but [N, 3]"],
  ])("%s is refused", async (_, network, input, message) => {
    await expect(explain(network as Uint8Array, input as Input)).rejects.toThrow(message);
  });
});

describe("what suits the network", () => {
  test("rows do not get flat, which would make all features the same", async () => {
    const explained = await explain(rows, [0.5, -1, 2], { features: ["age", "income", "height"] });
    expect(explained.about.composite).toBe("epsilon-plus");
    expect(new Set(explained.relevance.data).size).toBe(3);
    expect(explained.warnings).toEqual([]);
    const flattened = chain(new Flatten(), new Dense(new Tensor([2, 12], new Float32Array(24).fill(1))));
    expect((await explain(flattened, new Tensor([1, 3, 2, 2], new Float32Array(12).fill(1)))).about.composite)
      .toBe("epsilon-plus");
  });

  test("labels that are not as many as outputs are noticed", async () => {
    const { warnings } = await explain(model, four, { labels: ["background", ...labels] });
    expect(warnings).toEqual(["there are 11 labels for 10 outputs: are they those of this model?"]);
    expect((await explain(model, four, { labels })).warnings).toEqual([]);
  });

  test("bytes where a network reads values from 0 to 1 are noticed", async () => {
    const bytes = new Tensor([1, 1, 32, 32], Float32Array.from({ length: 1024 }, (_, i) => i % 256));
    expect((await explain(model, bytes)).warnings.at(-1)).toContain("the input goes up to 255, as bytes do");
    expect((await explain(model, four)).warnings).toEqual([]);
  });
});

describe("what comes back can be looked at", () => {
  test("as text, in the console, in notebooks, as pictures", async () => {
    const explained = await explain(model, four, { labels });
    const text = `${explained}`;
    expect(text).toMatch(/^> four: score \d+\.\d{3} \(\d+\.\d %\)\n/);
    expect(text).toMatch(/\nrelevance on the input: 0\.\d{4}$/);
    expect(inspect(explained)).toBe(text);
    expect(inspect(explained, { colors: true })).toContain("\u001b[38;2;");
    const hooks = explained as unknown as Record<symbol, () => Record<string, string>>;
    const shown = hooks[Symbol.for("Jupyter.display")]!();
    expect([shown["text/plain"], shown["text/html"]?.slice(0, 7)]).toEqual([text, "<figure"]);
    expect(explained.heatmap.rgba()).toEqual(heatmap(explained).rgba());
    expect(explained.overlay().rgba().width).toBe(32);
    expect(explained.conservation.started).toBe(1);
  });

  test("rows as bars, the most relevant first, one part for each sample", async () => {
    const text = `${await explain(rows, [[0.5, -1, 2], [1, 1, 1]], { features: ["age", "income", "height"] })}`;
    expect(text).toContain("sample 1");
    expect(text).toMatch(/height +2 +\+\S+ +│#+\n/);
  });

  test("signals as columns", async () => {
    const signal = chain(new Conv(new Tensor([2, 1, 3], Float32Array.of(1, 0, -1, 1, 1, 1))));
    const values = Array.from({ length: 300 }, (_, i) => Math.sin(i / 9));
    const explained = await explain(signal, [[values]]);
    expect([explained.form, explained.relevance.shape]).toEqual(["signal", [1, 1, 300]]);
    expect(`${explained}`).toContain("largest column");
    expect((await explained.heatmap.png()).length).toBeGreaterThan(50);
  });
});

test("an explanation of LRP itself is what explain wraps", async () => {
  const network = prepare(loadOnnx(model));
  const explained = await explain(network, four, { composite: epsilonPlus() });
  expect(explained.relevance).toEqual(new LRP(network, epsilonPlus()).analyze(explained.about.input).relevance);
});

test("a signal ends what is waited for: the model, the input, a decoder", async () => {
  const why = new Error("the client left");
  const never = { arrayBuffer: () => new Promise<never>(() => undefined) };
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = [
    explain(never, four, { signal }), explain(model, never, { signal }),
    explain(model, jpeg, { signal, jpeg: () => new Promise<never>(() => undefined) }),
  ];
  controller.abort(why);
  for (const each of waiting) await expect(each).rejects.toBe(why);
});

/** Pages of audits that wait for what they show, in order; `asked` says of how many samples. */
function waitingPages(signal: AbortSignalLike, asked: () => void): readonly Promise<unknown>[] {
  const never = (): Promise<never> => {
    asked();
    return new Promise(() => undefined);
  };
  const cluster = {
    label: 0, members: [0], prototype: 0, mean: Float64Array.of(1, 0, 0, 0), area: 0.25, region: [0], before: 0.9,
    without: 0.1, transplanted: 1,
  };
  const found = { classes: [], suspicious: [cluster] } as unknown as Audit & TextAudit;
  const data = { size: 1, name: String, read: never, label: () => 0 } as unknown as NamedAuditData;
  const texts = { title: "t", size: 1, name: String, token: String, words: never, signal };
  return [auditPage(found, new LRP(rows), data, { title: "t", signal }), textAuditPage(found, texts)];
}

test("a signal ends reports and pages of audits, also before they begin", async () => {
  const why = new Error("the client left");
  const controller = new AbortController();
  const explained = await explain(model, four);
  const begin = (): readonly Promise<unknown>[] =>
    [explained.report({ signal: controller.signal }), ...waitingPages(controller.signal, () => undefined)];
  const waiting = begin();
  controller.abort(why);
  const ends = await Promise.allSettled([...waiting, ...begin()]);
  expect(ends).toEqual(Array.from({ length: 6 }, () => ({ status: "rejected", reason: why })));
});

test("a signal ends pages of audits while what they show never comes", async () => {
  const why = new Error("the client left");
  const controller = new AbortController();
  let asked = 0;
  const waiting = waitingPages(controller.signal, () => asked++);
  while (asked < waiting.length) await new Promise<void>((resolve) => setTimeout(resolve, 1));
  controller.abort(why);
  const ends = await Promise.allSettled(waiting);
  expect(ends).toEqual(Array.from({ length: 2 }, () => ({ status: "rejected", reason: why })));
});
