import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import * as source from "@relprop/tensor/simd";
import { root } from "./files.ts";

interface Built {
  readonly output: readonly { readonly code: string }[];
}

interface Bundling {
  rolldown(options: object): Promise<{ generate(options?: object): Promise<Built> }>;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

interface Mapping {
  segmentsOf(mappings: string): readonly (readonly (readonly number[])[])[];
}

interface Marking {
  pureValues(): object;
}

const { rolldown } = (await import(join(root, "scripts/bundle/rolldown.js"))) as Bundling;
const { pureValues } = (await import(join(root, "scripts/bundle/pure-values.js"))) as Marking;
const { segmentsOf } = (await import(join(root, "scripts/bundle/mappings.js"))) as Mapping;

const entries = [
  "tensor/dist/index.js", "tensor/dist/program/index.js", "tensor/dist/simd/index.js", "layers/dist/index.js",
  "lrp/dist/index.js", "crp/dist/index.js", "evaluate/dist/index.js", "models/dist/index.js", "heatmap/dist/index.js",
  "relprop/dist/index.js",
];

/** What stands before kernels as they were emitted. */
const EMITTED = "unpacked(\"";

/** What is left of modules that nobody names anything of. */
async function leftOf(modules: Readonly<Record<string, string>>, entry: string, ...plugins: object[]): Promise<string> {
  const bundle = await rolldown({
    input: entry,
    external: /^(@relprop|node:)/,
    plugins: [...plugins, {
      name: "modules",
      resolveId: (id: string) => (id in modules ? id : undefined),
      load: (id: string) => modules[id],
    }],
  });
  const { output } = await bundle.generate({ comments: false });
  return output[0]!.code.replace(/^(import "[^"]+";|\/\/.*)\n/gm, "").trim();
}

test.each(entries)("nothing is left of %s for who imports it and names nothing", async (path) => {
  const file = join(root, "packages", path);
  expect(existsSync(file), "run `npm run build` first").toBe(true);
  const dist = join(root, "packages", path.slice(0, path.indexOf("/dist/")), "dist");
  const shared = readdirSync(dist).filter((name) => /^shared\d*\.js$/.test(name));
  const flat = (code: string): string => code.replaceAll(/"\.\.?\/(shared\d*\.js)"/g, '"/$1"');
  const modules = {
    // Under other names, out of reach of the manifest, which would say that nothing acts.
    "/program.js": 'import "/entry.js";\n',
    "/entry.js": flat(readFileSync(file, "utf8")),
    ...Object.fromEntries(shared.map((name) => [`/${name}`, flat(readFileSync(join(dist, name), "utf8"))])),
  };
  expect(await leftOf(modules, "/program.js")).toBe("");
});

test("values that are computed are marked as made for themselves, what acts is not", async () => {
  const modules = {
    "/a.ts": `
      export const made = [...make(1)];
      export const summed = made.length + 1;
      export class Kept { static readonly first: Kept = new Kept(); static of(): number { return make(2).length; } }
      function make(x: number): number[] { return [x]; }
      globalThis.acted = 1;
    `,
  };
  expect(await leftOf(modules, "/a.ts")).toContain("make(1)");
  const entry = { "/b.js": 'import "/a.ts";\n', ...modules };
  expect(await leftOf(entry, "/b.js")).toContain("make(1)");
  expect(await leftOf(entry, "/b.js", pureValues())).toBe("globalThis.acted = 1;");
});

test("what is published offers what the sources do, under names that a stack shows", async () => {
  const published = (await import(join(root, "packages/tensor/dist/simd/index.js"))) as typeof source;
  expect(Object.keys(published).sort()).toEqual(Object.keys(source).sort());
  expect(published.simd.name).toBe("simd");
  const { Conv } = (await import(join(root, "packages/layers/dist/index.js"))) as { Conv: { new (): object } };
  expect(Conv.name).toBe("Conv");
});

test.each(entries)("the source map of %s names sources that are published too", (path) => {
  const map = join(root, "packages", `${path}.map`);
  const { sources } = JSON.parse(readFileSync(map, "utf8")) as { readonly sources: readonly string[] };
  expect(sources.length).toBeGreaterThan(0);
  for (const named of sources) {
    const place = join(dirname(map), named);
    expect(place).toMatch(/packages\/[a-z]+\/src\/.*\.ts$/);
    expect(existsSync(place)).toBe(true);
  }
});

test.each(entries)("an error that nobody catches shows a line of %s, and its place in the sources", (path) => {
  const file = join(root, "packages", path);
  const lines = readFileSync(file, "utf8").split("\n");
  const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMap;
  const sources = map.sources.map((name) => readFileSync(join(dirname(file), name), "utf8").split("\n"));
  const written = lines.filter((line) => !line.includes(EMITTED));
  expect(Math.max(...written.map(({ length }) => length))).toBeLessThan(6000);
  let found = 0;
  for (const [row, segments] of segmentsOf(map.mappings).entries()) {
    for (const [column, source, line, place] of segments) {
      if (!lines[row]!.startsWith("throw new ", column)) continue;
      expect(sources[source!]![line!]!.slice(place)).toMatch(/^throw new /);
      found++;
    }
  }
  expect(found).toBe(lines.flatMap((line) => line.match(/\bthrow new /g) ?? []).length);
});
