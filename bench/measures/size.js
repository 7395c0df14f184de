/** What a program that explains dense and convolutional networks takes along: the guard of the repository, asked. */
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { folders, published } from "../../scripts/bundle/published.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

const wanted = {
  "@relprop/tensor": ["tensor"],
  "@relprop/layers": ["chain", "Dense", "Conv", "relu"],
  "@relprop/lrp": ["LRP", "epsilonPlusFlat"],
};

/** Bytes of the code that is reached, without comments and compressed: on plain loops, and with SIMD. */
export async function compressedSizes() {
  const out = `${root}out/bench/guards`;
  const options = ["--ignoreConfig", "--target", "es2023", "--module", "nodenext", "--types", "", "--outDir", out];
  const sources = ["test/node.d.ts", "test/repo/reachable.ts"];
  // The guards are TypeScript; whether they are right, the type check of the tests says.
  spawnSync("npx", ["tsc", ...options, "--rewriteRelativeImportExtensions", ...sources], { cwd: root });
  const { compressedBytes, reachable } = await import(pathToFileURL(`${out}/reachable.js`).href);
  const files = new Map();
  for (const folder of folders) {
    for (const [path, { text }] of await published(folder)) {
      files.set(`packages/${basename(folder)}/dist/${path}`, text);
    }
  }
  const read = (path) => files.get(path);
  const bytes = (names) => compressedBytes(reachable(names, read).values());
  return { scalar: bytes(wanted), simd: bytes({ ...wanted, "@relprop/tensor/simd": ["simd"] }) };
}
