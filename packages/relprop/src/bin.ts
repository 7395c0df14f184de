#!/usr/bin/env node
/** The `relprop` command on a terminal. */
import process from "node:process";
import { main } from "./command/main.ts";
import { nodeTerminal } from "./command/node-terminal.ts";

main(process.argv.slice(2), nodeTerminal()).then((code) => {
  process.exitCode = code;
});
