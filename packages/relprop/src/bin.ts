#!/usr/bin/env node
/** The `relprop` command on a terminal. */
import process from "node:process";
import { preferKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { main } from "./command/main.ts";
import { nodeTerminal } from "./command/node-terminal.ts";

preferKernels(simd);
main(process.argv.slice(2), nodeTerminal()).then((code) => {
  process.exitCode = code;
});
