// Places of code that ran, as V8 counts them: nested ranges, of which the innermost says how often.

/** `[from, to, from, to, …]`: what ran of a script whose code begins at `start`, as positions in that code. */
export function executedSpans(functions, start) {
  const ranges = functions.flatMap((each) => each.ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const ran = new Uint8Array(Math.max(...ranges.map(({ endOffset }) => endOffset)) + 1);
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const spans = [];
  for (let i = start; i < ran.length; i++) {
    if (ran[i] !== (i === start ? 0 : ran[i - 1])) spans.push(i - start);
  }
  return spans;
}

/** Whether something between `from` and `to` ran. */
export function isExecuted(spans, { from, to }) {
  for (let k = 0; k < spans.length; k += 2) {
    if (spans[k] <= to && from < spans[k + 1]) return true;
  }
  return false;
}

/** `{ from, to }`: the part of `code` that reads otherwise in `changed`. */
export function changedSpan(code, changed) {
  const most = Math.min(code.length, changed.length);
  let from = 0;
  while (from < most && code[from] === changed[from]) from++;
  let same = 0;
  while (same < most - from && code.at(-1 - same) === changed.at(-1 - same)) same++;
  return { from, to: code.length - same };
}
