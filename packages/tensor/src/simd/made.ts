/** Which SIMD kernels this process has: one memory, one module. */
import type { CompiledModule } from "../host.ts";
import type { Kernels } from "../kernels.ts";
import { createHeap, type HeapKind } from "./heap.ts";
import { Machine } from "./machine.ts";
import { compiled } from "./module.ts";

/** What a module is made of, and what runs on it. */
export interface KernelSet {
  /** The binary module. */
  emit(kind: HeapKind): Uint8Array<ArrayBuffer>;
  kernels(machine: Machine): Kernels;
  /** What they run on, where that is more than a machine. */
  readonly machine?: typeof Machine;
}

/** SIMD kernels and what they run on. */
interface Made {
  readonly kernels: Kernels;
  readonly machine: Machine;
  readonly module: CompiledModule;
  /** Whether workers can share the memory. */
  readonly shared: boolean;
}

let memory: ReturnType<typeof createHeap>;
let current: Made | undefined;

/** What was made last, if anything could. */
export function made(): Made | undefined {
  return current;
}

/** These kernels from now on, in the memory of those before; `undefined` where the host cannot have them. */
export function make(set: KernelSet, given: CompiledModule | undefined): Made | undefined {
  memory ??= createHeap();
  if (memory === undefined) return undefined;
  const module = given ?? compiled(set.emit(memory.kind), memory.kind);
  if (module === undefined) return undefined;
  try {
    const machine = new (set.machine ?? Machine)(module, memory.heap);
    return (current = { kernels: set.kernels(machine), machine, module, shared: memory.kind.shared });
  } catch (error) {
    // A module compiled beforehand asks for shared memory, which this host may not have.
    if (given === undefined) throw error;
    return undefined;
  }
}
