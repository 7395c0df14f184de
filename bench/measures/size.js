/** What a program that explains dense and convolutional networks takes along: the guard of the repository, asked. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

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
  const read = (path) => readFileSync(`${root}${path}`, "utf8");
  const bytes = (names) => compressedBytes(reachable(names, read).values());
  return { scalar: bytes(wanted), simd: bytes({ ...wanted, "@relprop/tensor/simd": ["simd"] }) };
}
