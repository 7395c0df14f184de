/** Where and when something was measured. */
import { cpus, loadavg, totalmem } from "node:os";

/** The date, the processor, the runtime, how busy the machine is, and a line that says it all. */
export function describeMachine() {
  const [{ model }] = cpus();
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    processor: model.trim(),
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    runtime: `Node ${process.versions.node}`,
    load: loadavg().map((value) => Number(value.toFixed(2))),
  };
  const { date, processor, cores, memory, runtime, load } = machine;
  const line = `${date}, ${processor}, ${cores} cores, ${memory} GB, ${runtime}, load ${load[0]} at the start`;
  return { ...machine, line };
}
