/** Published files have a line for every statement: an uncaught error shows the line that it was thrown in. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";

interface Chunk {
  readonly type: string;
  readonly fileName: string;
  readonly code: string;
  readonly map: { readonly mappings: string; toString(): string };
}

const { inLines } = (await import(join(root, "scripts/bundle/lines.js"))) as {
  inLines(folder: string, bundle: { readonly output: readonly Chunk[] }): void;
};

test("statements are brought into lines of their own, and mappings with them", () => {
  const folder = mkdtempSync(join(tmpdir(), "relprop-lines-"));
  try {
    const code = "const a=1;const b=`;\nconst c=${a}`;f(b);g(a+b);\n//# sourceMappingURL=x.js.map";
    // Columns 0, 6, 10 and 16 of the first line, 14 and 19 of the second, of lines 1 to 6 of the source.
    const mappings = "AAAA,MACA,IACA,MACA;cACA,KACA";
    const map = { mappings, toString: () => JSON.stringify({ version: 3, mappings }) };
    inLines(folder, { output: [{ type: "chunk", fileName: "x.js", code, map }] });
    expect(readFileSync(join(folder, "x.js"), "utf8").split("\n")).toEqual([
      "const a=1;", "const b=`;", "const c=${a}`;", "f(b);", "g(a+b);", "//# sourceMappingURL=x.js.map",
    ]);
    const written = JSON.parse(readFileSync(join(folder, "x.js.map"), "utf8")) as { readonly mappings: string };
    expect(written.mappings).toBe("AAAA,MACA;AACA,MACA;;AACA;AACA");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
