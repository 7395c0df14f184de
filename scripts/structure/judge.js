// A case held to what SECURITY.md promises: an end in a model or a sentence, 2 seconds of work, and its memory.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { tried } from "./case.js";
import { peak, restPeak } from "./peak.js";

/**
 * What came of the case, with the bytes that it added to the `before` of this process, and whether it is at fault.
 * `left` is what the process holds without it: allocators give little back, so that grows with the files.
 */
export function judge(seed, before) {
  let result = tried(seed);
  let left = before;
  let grown = Math.max(0, result.held - before);
  if (grown > result.most && result.escape === undefined) {
    // What earlier files left is not this one's: once more, without it.
    clean();
    restPeak();
    left = peak();
    result = tried(seed);
    grown = Math.max(0, result.held - left);
  }
  const isFault = result.escape !== undefined || result.milliseconds > 2000 || grown > result.most;
  return { seed, ...result, grown, left, isFault };
}

/** Takes away what nobody holds. */
function clean() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  for (let times = 0; times < 3; times++) collect();
}
