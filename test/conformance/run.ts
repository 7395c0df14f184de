import { conformance } from "./command.ts";

process.exitCode = conformance(process.argv.slice(2), console);
