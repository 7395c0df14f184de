import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  alphaBeta, byKind, composite, epsilon, flat, gamma, generalizedGamma, LRP, planOf, prepare, wSquare, zBox, zero,
  zPlus, type Rule,
} from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { files, json, root, text } from "./files.ts";

interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly headings: readonly { readonly id: string }[];
}

interface Declared {
  readonly name: string;
  readonly kind: string;
  readonly doc: string;
  readonly code: string;
}

type Link = (target: { readonly href?: string; readonly src?: string }) => string;

const site = async <T>(name: string): Promise<T> => (await import(join(root, "scripts/site", name))) as T;
const { rendered } = await site<{ rendered(source: string, link: Link): Rendered }>("markdown.js");
const { highlighted } = await site<{ highlighted(code: string, language: string): string }>("highlight.js");
const { declared } = await site<{ declared(source: string, file: string): readonly Declared[] }>("declarations.js");

const link: Link = ({ href, src }) => (src === undefined ? `href="${href}"` : `src="${src}"`);
const html = (source: string): string => rendered(source, link).html;

test.each([
  ["a paragraph over\nlines", "<p>a paragraph over\nlines</p>"],
  ["`a < b` & **c** and *d*", "<p><code>a &lt; b</code> &amp; <strong>c</strong> and <em>d</em></p>"],
  ["[`x`](y.md) ![a `b`](c.png)", '<p><a href="y.md"><code>x</code></a> <img src="c.png" alt="a" loading="lazy"></p>'],
  ["- a\n  b\n- c\n  - d", "<ul><li>a\nb</li><li>c<ul><li>d</li></ul></li></ul>"],
  ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
  ["> a\n> b", "<blockquote><p>a b</p></blockquote>"],
  ["2 * 3 * 4 and a_b_c", "<p>2 * 3 * 4 and a_b_c</p>"],
])("%j becomes HTML", (source, expected) => {
  expect(html(source)).toBe(expected);
});

test("tables have heads where they are named, and bars may be escaped", () => {
  const table = html("| a | b |\n|---|---|\n| `x \\| y` | 2 |\n");
  expect(table).toContain('<thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>');
  expect(table).toContain("<td><code>x | y</code></td><td>2</td>");
  expect(html("| | |\n|---|---|\n| 1 | 2 |")).not.toContain("thead");
});

test("code stays as it is, coloured by its language", () => {
  expect(html("```text\n<b> # x\n```")).toContain("<code>&lt;b&gt; # x</code>");
  expect(highlighted('const a = "x"; // y', "ts")).toBe(
    '<span class="word">const</span> a = <span class="string">&quot;x&quot;</span>; <span class="comment">// y</span>',
  );
  expect(highlighted("npm run a --b # c", "sh")).toContain('<span class="word">--b</span>');
});

test("headings get names of their own", () => {
  const { headings } = rendered("# A b\n\n## C\n\n## C\n\n## 1.0", link);
  expect(headings.map(({ id }) => id)).toEqual(["a-b", "c", "c-1", "at-10"]);
});

test("declarations are found whole, with their docstring and without what is private", () => {
  const source = `import { B } from "./b.ts";
/** Adds: \`a + b\`. */
export declare function add(a: number, b?: {
    readonly c: string;
}): number;
declare const hidden = 1;
/**
 * A box.
 * Of things.
 */
export declare class Box<T> {
    #private;
    /** Its size. */
    get size(): number;
}
export type Name = "a;" | "b";
`;
  const found = declared(source, "x.d.ts");
  expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["function add", "class Box", "type Name"]);
  expect(found.map(({ doc }) => doc)).toEqual(["Adds: `a + b`.", "A box.\nOf things.", ""]);
  expect(found[0]!.code).toBe("function add(a: number, b?: {\n    readonly c: string;\n}): number;");
  expect(found[1]!.code).not.toContain("#private");
  expect(found[2]!.code).toBe('type Name = "a;" | "b";');
});

test("every page of docs stands in the table of contents, once", () => {
  const contents = json<readonly { readonly pages: readonly string[] }[]>("docs/contents.json");
  const listed = contents.flatMap(({ pages }) => pages);
  expect(listed.filter((path) => path.startsWith("docs/")).sort()).toEqual(files([".md"], "docs"));
  expect(new Set(listed).size).toBe(listed.length);
});

test("messages and warnings that troubleshooting explains are ones that the packages say", () => {
  const tables = text("docs/reference/troubleshooting.md").split("The picture itself")[0]!;
  const said = tables.split("\n").filter((line) => line.startsWith("| `")).flatMap((line) => {
    const [messages = ""] = line.split(" | ");
    return [...messages.matchAll(/`([^`]+)`/g)].map(([, words]) => words!);
  });
  const sources = files([".ts"], "packages").filter((path) => path.includes("/src/")).map(text).join("\n");
  const parts = sources.replaceAll(/"\s*\+\s*"|`\s*\+\s*["`]|"\s*\+\s*`/g, "");
  expect(said.length).toBeGreaterThan(12);
  expect(said.filter((words) => !parts.includes(words))).toEqual([]);
});

const rules: Readonly<Record<string, Rule>> = {
  "alpha-beta": alphaBeta(2, 1),
  "epsilon": epsilon(0.25),
  "flat": flat(),
  "gamma": gamma(0.25),
  "generalized-gamma": generalizedGamma(0.25),
  "w-square": wSquare(),
  "z-box": zBox(0, 1),
  "z-plus": zPlus(),
  "zero": zero(),
};

test.each(files([".md"], "docs/theory/rules"))("%s says what the rule costs", (path) => {
  const model = prepare(loadOnnx(readFileSync(join(root, "examples/digits/digits.onnx"))));
  const rule = rules[/([^/]+)\.md$/.exec(path)![1]!]!;
  const lrp = new LRP(model, composite(byKind({ Conv: rule, Dense: epsilon() })));
  const plan = planOf(lrp, [1, 1, 32, 32]);
  const { products, transposed, constants } = plan.rows.find(({ node }) => node === "features.4")!;
  const said = /: (\d+) products? forward and (\d+) transposed(?:, and (\d+) forward once)?/.exec(text(path))!;
  expect(said.slice(1).map((count) => Number(count ?? 0))).toEqual([products, transposed, constants]);
});

test("the drawings of the theory are what their scripts draw, and pages show them", async () => {
  const { drawings } = (await import(join(root, "scripts/pictures/drawings.js"))) as {
    readonly drawings: Readonly<Record<string, () => unknown>>;
  };
  const { svgFile } = (await import(join(root, "scripts/pictures/pen.js"))) as { svgFile(drawing: unknown): string };
  const pages = files([".md"], "docs/theory").map(text).join("\n");
  const stale: string[] = [];
  for (const [name, draw] of Object.entries(drawings)) {
    if (svgFile(await draw()) !== text(`docs/theory/pictures/${name}.svg`)) stale.push(name);
  }
  expect(stale).toEqual([]); // else: npm run pictures
  expect(Object.keys(drawings).filter((name) => !pages.includes(`pictures/${name}.svg`))).toEqual([]);
});
