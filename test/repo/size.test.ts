import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";
import { folderOf } from "./layering.ts";
import { compressedBytes, reachable, type Wanted } from "./reachable.ts";

interface Budget {
  readonly program: string;
  readonly wanted: Wanted;
  /** The most bytes it may take as published, compressed; nor may it stay under 80 % of them. */
  readonly ceiling: number;
}

const network = {
  "@relprop/tensor": ["tensor"],
  "@relprop/layers": ["chain", "Dense", "Conv", "relu"],
  "@relprop/lrp": ["LRP", "epsilonPlusFlat"],
};

// The bars to come to are 20 000 for plain loops and 32 000 with SIMD.
const budgets: readonly Budget[] = [
  { program: "tensors on plain loops", wanted: { "@relprop/tensor": ["tensor", "kernels"] }, ceiling: 5_400 },
  { program: "LRP of dense and convolutional networks on plain loops", wanted: network, ceiling: 23_300 },
  {
    program: "the same with SIMD",
    wanted: { ...network, "@relprop/tensor/simd": ["simd"] },
    ceiling: 39_000,
  },
];

interface Publishing {
  /** The files a package publishes, by their path in `dist`. */
  published(folder: string): Promise<ReadonlyMap<string, { readonly text: string }>>;
}

/** What is published, whether the last build joined the modules or not. */
async function publishedText(): Promise<(path: string) => string> {
  const { published } = (await import(join(root, "scripts/bundle/published.js"))) as Publishing;
  const packages = ["tensor", "layers", "lrp"].map(async (folder) => {
    const files = [...(await published(join(root, "packages", folder)))];
    return files.map(([path, { text }]) => [`packages/${folder}/dist/${path}`, text] as const);
  });
  const texts = new Map<string, string>((await Promise.all(packages)).flat());
  return (path) => texts.get(path)!;
}

test.each(budgets)("$program fits $ceiling bytes, and the budget is not slack", async (budget) => {
  const { program, wanted, ceiling } = budget;
  for (const name of Object.keys(wanted)) {
    const index = `packages/${folderOf(name)}/dist/index.js`;
    expect(existsSync(join(root, index)), `${index} is missing: run \`npm run build\` first`).toBe(true);
  }
  const code = reachable(wanted, await publishedText());
  const bytes = compressedBytes(code.values());
  console.log(`${program}: ${bytes} of ${ceiling} bytes from ${code.size} modules`);
  expect(bytes).toBeLessThanOrEqual(ceiling);
  expect(bytes).toBeGreaterThanOrEqual(0.8 * ceiling);
});

const modules: Readonly<Record<string, string>> = {
  index: 'export { a } from "./a.js";\nexport { b, c as d } from "./b.js";\n',
  a: "/** A. */\nexport const a = { ...one };\nconst one = {};\nexport const two = 2; // one\n",
  b: `import { e, f } from "./e/index.js";
export function b(x = {}) {
    return x.f + e;
}
export class c extends B {
    #e = ";";
}
class B {
}
`,
  "e/index": 'export { e } from "./e.js";\nexport { f } from "./f.js";\n',
  "e/e": "export const e = `${g}`;\nlet g;\nconst made = register(1);\nactive();\nfunction register() { }\n",
  "e/f": "export const f = 1;\nregister(f);\n",
};
const read = (path: string): string => modules[path.replace("packages/tensor/dist/", "").replace(".js", "")]!;
const kept = (...names: string[]): object => {
  const code = [...reachable({ "@relprop/tensor": names }, read)];
  return Object.fromEntries(code.map(([path, text]) => [path.replace("packages/tensor/dist/", ""), text]));
};

test("what nobody mentions is dropped, through modules that only pass names on", () => {
  expect(kept("a")).toEqual({ "a.js": "export const a = { ...one };\nconst one = {};\n" });
  expect(kept("d")).toEqual({ "b.js": 'export class c extends B {\n    #e = ";";\n}\nclass B {\n}\n' });
});

test("what acts stays with its module, values that are only made do not, nor do modules not needed", () => {
  expect(kept("b")).toEqual({
    "b.js": "export function b(x = {}) {\n    return x.f + e;\n}\n",
    "e/e.js": "export const e = `${g}`;\nlet g;\nactive();\n",
  });
});

test("a name that is not declared is an error", () => {
  expect(() => kept("x")).toThrow("takes a name it declares, got x");
});
