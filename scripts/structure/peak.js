// The most memory this process held since it was asked to forget what it had held before. Where the system cannot say,
// nothing was held.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const knows = existsSync("/proc/self/clear_refs");

/** Lets the peak start again from what is held now. */
export function restPeak() {
  if (knows) writeFileSync("/proc/self/clear_refs", "5");
}

/** Bytes that were held at once since then, all of the process. */
export function peak() {
  if (!knows) return 0;
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
}
