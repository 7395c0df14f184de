/** Times cases in turns, so that a machine whose speed drifts treats all of them alike. */

/** Processor time of this process in milliseconds: of use on a busy machine, and with one thread. */
export function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs every `{ label, run, flops? }` once per round after two rounds of warm-up, and gives each its sorted times. */
export function timeInRounds(cases, { rounds = 15, clock = () => performance.now() } = {}) {
  const timed = cases.map((item) => ({ ...item, repeats: 1, times: [] }));
  for (let round = -2; round < rounds; round++) {
    for (const item of timed) {
      const start = clock();
      for (let i = 0; i < item.repeats; i++) item.run();
      const elapsed = clock() - start;
      // Short work is repeated until a clock can see it.
      if (round < 0) item.repeats = Math.ceil(Math.min(1000, (2 * item.repeats) / Math.max(elapsed, 0.002)));
      else item.times.push(elapsed / item.repeats);
    }
  }
  for (const { times } of timed) times.sort((a, b) => a - b);
  return timed;
}

/** The middle of numbers in any order. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
