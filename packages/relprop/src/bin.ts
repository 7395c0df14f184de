#!/usr/bin/env node
/** The `relprop` command on a terminal. */
import process from "node:process";
import { preferKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { main } from "./command/main.ts";
import { nodeTerminal } from "./command/node-terminal.ts";

preferKernels(simd);
// Whoever stops reading, as `head` does, has what they wanted; files are still written.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
main(process.argv.slice(2), nodeTerminal()).then((code) => {
  process.exitCode = code;
});
