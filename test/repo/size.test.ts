import { join } from "node:path";
import { expect, test } from "vitest";
import { root, text } from "./files.ts";

type Wanted = Readonly<Record<string, readonly string[]>>;

interface Reaching {
  readonly explainsNetworks: Wanted;
  readonly explainsNetworksFast: Wanted;
  readonly explainsPictures: Wanted;
  reachedBytes(wanted: Wanted, minify?: boolean): Promise<number>;
  reachedCode(wanted: Wanted): Promise<string>;
}

const reaching = (await import(join(root, "scripts/bundle/reached.js"))) as Reaching;
const { explainsNetworks, explainsNetworksFast, explainsPictures, reachedBytes, reachedCode } = reaching;

interface Budget {
  readonly program: string;
  readonly wanted: Wanted;
  /** The most bytes it may take as published, compressed; nor may it stay under 80 % of them. */
  readonly ceiling: number;
  /** Whether the app's bundler minifies, as most do. */
  readonly minify?: boolean;
}

const budgets: readonly Budget[] = [
  { program: "tensors on plain loops", wanted: { "@relprop/tensor": ["tensor", "kernels"] }, ceiling: 4_050 },
  { program: "LRP of dense and convolutional networks on plain loops", wanted: explainsNetworks, ceiling: 28_050 },
  { program: "the same with the SIMD kernels of products", wanted: explainsNetworksFast, ceiling: 48_350 },
  { program: "explainPicture with the operators of convolutional networks", wanted: explainsPictures, ceiling: 80_700 },
  { program: "the same in an app whose bundler minifies", wanted: explainsPictures, ceiling: 75_000, minify: true },
];

/** All that an entry of `relprop` offers, and the most it may take. */
const entries: Readonly<Record<string, number>> = {
  "relprop": 292_500,
  "relprop/lrp": 37_800,
  "relprop/crp": 19_800,
  "relprop/evaluate": 52_700,
  "relprop/models": 166_300,
  "relprop/layers": 51_900,
  "relprop/heatmap": 36_850,
  "relprop/tensor": 12_950,
};

/** The values that an entry exports. */
function valuesOf(entry: string): readonly string[] {
  const source = text(`packages/relprop/src/${entry === "relprop" ? "index" : entry.slice(8)}.ts`);
  const lists = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) => list!.split(","));
  return lists.map((name) => name.trim()).filter((name) => name !== "" && !name.startsWith("type "));
}

test.each(Object.entries(entries))("all of %s fits %i bytes, as the page on entries says", async (entry, ceiling) => {
  const bytes = await reachedBytes({ [entry]: valuesOf(entry) });
  expect(bytes).toBeLessThanOrEqual(ceiling);
  expect(bytes).toBeGreaterThanOrEqual(0.8 * ceiling);
  const row = text("docs/reference/entries.md").split("\n").find((line) => line.startsWith(`| \`${entry}\` |`))!;
  const said = row.split(" | ").at(-1)!.replace(" |", "");
  expect(Math.abs(Number(said) * 1000 - bytes)).toBeLessThanOrEqual(0.08 * bytes + 500);
});

test.each(budgets)("$program fits $ceiling bytes, and the budget is not slack", async (budget) => {
  const { program, wanted, ceiling, minify } = budget;
  const bytes = await reachedBytes(wanted, minify);
  console.log(`${program}: ${bytes} of ${ceiling} bytes`);
  expect(bytes).toBeLessThanOrEqual(ceiling);
  expect(bytes).toBeGreaterThanOrEqual(0.8 * ceiling);
});

test("a reader of convolutional networks carries nothing of other groups of operators", async () => {
  const code = await reachedCode(explainsPictures);
  const others = [
    "Quantize=class", "LSTM", "TreeEnsemble", "MatMul=class", "GridSample", "LayerNorm=class", "QLinear", "Window`",
  ];
  expect(others.filter((name) => code.includes(name))).toEqual([]);
  expect(code).toContain("ConvTranspose=class");
});

test("what a program does not name stays behind, whatever its module computes", async () => {
  const code = await reachedCode(explainsNetworksFast);
  const found = (names: readonly string[]): readonly string[] => names.filter((name) => code.includes(name));
  expect(found(["LRP=class", "function zPlus", "Conv=class"])).toHaveLength(3);
  expect(found(["function alphaBeta", "ruleFactories", "ConvTranspose=class", "i32x4"])).toEqual([]);
});
