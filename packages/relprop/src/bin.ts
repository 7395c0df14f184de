#!/usr/bin/env node
/** The `relprop` command on a terminal. */
import process from "node:process";
import { preferKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { main } from "./command/main.ts";
import { nodeTerminal, reasonOf } from "./command/node-terminal.ts";

preferKernels(simd);
let failed = false;
process.stdout.on("error", (error) => {
  // Whoever stops reading, as `head` does, has what they wanted; files are still written.
  if (error.code === "EPIPE" || failed) return;
  failed = true;
  process.exitCode = 1;
  process.stderr.write(`relprop: cannot write to standard output: ${reasonOf(error)}\n`);
});
// Who does not hear complaints cannot be told so.
process.stderr.on("error", () => undefined);
main(process.argv.slice(2), nodeTerminal(process.cwd(), new URL("../package.json", import.meta.url))).then((code) => {
  process.exitCode = failed ? 1 : code;
});
