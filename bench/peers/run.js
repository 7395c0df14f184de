/**
 * Times relprop and its peers in turns: `pnpm bench:peers [match] [--quick] [--rounds=7]`. Prints the table and writes
 * `bench/results/{date}-peers.json`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeMachine } from "../machine.js";
import { resultsText } from "../results-text.js";
import { peersTable } from "./peers-table.js";
import { timePeers } from "./time-peers.js";

const words = process.argv.slice(2).filter((word) => word !== "--");
const rounds = Number(words.find((word) => word.startsWith("--rounds="))?.split("=")[1] ?? 7);
const pattern = new RegExp(words.find((word) => !word.startsWith("--")) ?? ".", "i");

const machine = describeMachine();
const results = await timePeers({ rounds: words.includes("--quick") ? 3 : rounds, pattern });
const folder = fileURLToPath(new URL("../results/", import.meta.url));
mkdirSync(folder, { recursive: true });
const path = `${folder}${machine.date}-peers.json`;
writeFileSync(path, resultsText({ machine, results }));
console.log(`${peersTable(results)}\n\n${machine.line}\nwrote ${path}`);
