/** Threads for the SIMD kernels. Analysis stays synchronous: only starting the workers is not. */
import { throwIfAborted, untilAborted, type Abortable, type AbortSignalLike } from "../abort.ts";
import { host, type CompiledModule, type HostWorker } from "../host.ts";
import { useKernels } from "../active.ts";
import type { Machine } from "./machine.ts";
import { functionNames } from "./code/names.ts";
import { made } from "./made.ts";
import { simd } from "./simd.ts";
import { controlLength, mostWorkers, Team, workerSource } from "./team.ts";

const patience = 5000;

/**
 * Turns the SIMD kernels on and lets `count` threads (as many as the machine has by default) share their work; resolves
 * to how many do. That is 1 where there are no workers or no memory to share with them, 0 where there is no SIMD.
 *
 * Bits do not depend on the number. Idle workers keep no process alive; `useThreads(1)` ends them. Of several calls the
 * last one counts: each begins when the one before has ended. A `signal` ends one with its reason, and its workers.
 */
export async function useThreads(count: number = parallelism(), { signal }: Abortable = {}): Promise<number> {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`useThreads: takes a whole number >= 1, got ${count}`);
  }
  const kernels = simd();
  const parts = made();
  if (kernels === undefined || parts === undefined) return 0;
  throwIfAborted(signal);
  useKernels(kernels);
  const team = (turn ?? Promise.resolve()).then(() => assemble(parts, count, signal));
  turn = team.catch(() => undefined);
  return team;
}

/** The end of the last call: two at once would each start workers, and one of them would forget its own. */
let turn: Promise<unknown> | undefined;

async function assemble(
  parts: NonNullable<ReturnType<typeof made>>, count: number, signal: AbortSignalLike | undefined,
): Promise<number> {
  const { machine, module } = parts;
  throwIfAborted(signal);
  machine.team?.dismiss();
  machine.team = undefined;
  const wanted = Math.min(count - 1, mostWorkers);
  if (wanted === 0 || !canShare(parts.shared)) return 1;
  const words = machine.lasting(controlLength).fill(0);
  const address = words.byteOffset;
  const starts = Promise.all(
    Array.from({ length: wanted }, (_, index) => start({ machine, module, address, index })),
  );
  const workers = (await untilAborted(starts, signal).catch((error: unknown) => {
    void starts.then((late) => late.forEach((worker) => worker?.terminate()));
    throw error;
  })).filter((worker) => worker !== undefined);
  // Indices have no gaps: a team that lacks one is no team.
  if (workers.length < wanted) {
    workers.forEach((worker) => worker.terminate());
    return 1;
  }
  machine.team = new Team(workers.length, new Int32Array(words.buffer, address, controlLength));
  return 1 + workers.length;
}

/** How many threads the machine runs at once; 1 where it does not say. */
function parallelism(): number {
  const os = host.process?.getBuiltinModule?.("node:os");
  return os?.availableParallelism?.() ?? host.navigator?.hardwareConcurrency ?? 1;
}

function canShare(shared: boolean): boolean {
  return shared && typeof host.SharedArrayBuffer === "function" && host.crossOriginIsolated !== false;
}

interface Task {
  readonly machine: Machine;
  readonly module: CompiledModule;
  readonly address: number;
  readonly index: number;
}

/** A worker that has said it is ready, or `undefined`. */
function start({ machine, module, address, index }: Task): Promise<HostWorker | undefined> {
  const worker = create();
  if (worker === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const settle = (started: boolean): void => {
      host.clearTimeout?.(timer);
      if (!started) worker.terminate();
      resolve(started ? worker : undefined);
    };
    const timer = host.setTimeout?.(() => settle(false), patience);
    if (worker.on !== undefined) {
      worker.on("message", () => settle(true));
      worker.on("error", () => settle(false));
    } else {
      worker.onmessage = () => settle(true);
      worker.onerror = () => settle(false);
    }
    try {
      worker.postMessage({ module, memory: machine.heap.memory, address, index, names: functionNames });
    } catch {
      settle(false);
    }
    // Last, since listening to a worker refers to it again.
    worker.unref?.();
  });
}

function create(): HostWorker | undefined {
  const url = `data:text/javascript,${encodeURIComponent(workerSource)}`;
  try {
    const threads = host.process?.getBuiltinModule?.("node:worker_threads")?.Worker;
    if (threads !== undefined && host.URL !== undefined) return new threads(new host.URL(url));
    return host.Worker && new host.Worker(url, { type: "module" });
  } catch {
    return undefined;
  }
}
