// Which pages have an example of a name: code that imports it and runs in the tests.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `{ path, title }` of the pages whose code imports each name, in the order of the table of contents. */
export function usedOn(root) {
  const contents = JSON.parse(readFileSync(join(root, "docs/contents.json"), "utf8"));
  const found = new Map();
  for (const path of contents.flatMap(({ pages }) => pages)) {
    const text = readFileSync(join(root, path), "utf8");
    const [, title] = /^# (.*)$/m.exec(text);
    const blocks = [...text.matchAll(/^```(?:ts|js)\b[^\n]*\n([\s\S]*?)^```$/gm)];
    const code = blocks.map(([, inside]) => inside).join("\n");
    const imports = [...code.matchAll(/import \{([^}]*)\} from "@?relprop/g)].flatMap(([, names]) => names.split(","));
    for (const name of new Set(imports.map((one) => one.trim().replace(/^type /, "")).filter(Boolean))) {
      found.set(name, [...(found.get(name) ?? []), { path, title }]);
    }
  }
  return found;
}
