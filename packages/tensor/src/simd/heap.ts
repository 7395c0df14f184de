/**
 * The linear memory that kernels work in, and who owns which part of it.
 *
 * Growing a shared memory leaves existing views valid, and every growth (even by nothing) makes a new buffer object
 * over the same memory. Each allocation gets such an object of its own: it lives as long as any view or subarray of
 * that allocation, so the block is given back when the garbage collector takes the buffer, and nobody disposes.
 */
import { host, type LinearMemory } from "../host.ts";

const PAGE = 65536;
const GRAIN = 64;

/** Bytes `[start, end)`. */
interface Span {
  start: number;
  end: number;
}

/** Blocks of one linear memory, first fit. */
export class Heap {
  readonly memory: LinearMemory;
  readonly #maximum: number;
  /** Free spans in order, never adjacent. */
  readonly #free: Span[] = [];
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  readonly #registry: FinalizationRegistry<Span> | undefined;
  #size = 0;

  constructor(memory: LinearMemory, maximum: number) {
    this.memory = memory;
    this.#maximum = maximum * PAGE;
    this.#registry = typeof FinalizationRegistry === "undefined"
      ? undefined
      : new FinalizationRegistry((span) => this.release(span.start, span.end));
    this.#size = memory.buffer.byteLength;
    // The first bytes stay unused: address 0 says "absent". So do the last: a vector may be read across an end.
    if (this.#size > 0) this.release(GRAIN, this.#size - GRAIN);
    this.#buffers.add(memory.buffer);
  }

  /** Bytes of memory in use or free. */
  get size(): number {
    return this.#size;
  }

  /** Whether `array` lies in this memory. */
  owns(array: ArrayBufferView): boolean {
    return this.#buffers.has(array.buffer);
  }

  /** A view of `length` floats of unspecified content, or `undefined` when memory is exhausted. */
  floats(length: number): Float32Array | undefined {
    const start = this.claim(4 * length);
    if (start === undefined) return undefined;
    const buffer = this.#freshBuffer();
    const view = new Float32Array(buffer.shared, start, length);
    this.#registry?.register(buffer.own ? buffer.shared : view, { start, end: start + roundUp(4 * length) });
    return view;
  }

  /** The address of `bytes` of memory, until they are released; `undefined` when there are none. */
  claim(bytes: number): number | undefined {
    const needed = roundUp(bytes);
    const at = this.#free.findIndex(({ start, end }) => end - start >= needed);
    if (at < 0) return this.#grow(needed) ? this.claim(bytes) : undefined;
    const span = this.#free[at]!;
    const start = span.start;
    span.start += needed;
    if (span.start === span.end) this.#free.splice(at, 1);
    return start;
  }

  /** Gives back bytes `[start, end)`; `end` is rounded up as `claim` did. */
  release(start: number, end: number): void {
    const span = { start, end: roundUp(end) };
    let at = this.#free.findIndex((other) => other.start > span.start);
    if (at < 0) at = this.#free.length;
    const [before, after] = [this.#free[at - 1], this.#free[at]];
    if (after?.start === span.end) {
      span.end = after.end;
      this.#free.splice(at, 1);
    }
    if (before?.end === span.start) before.end = span.end;
    else this.#free.splice(at, 0, span);
  }

  #grow(needed: number): boolean {
    const last = this.#free.at(-1);
    const end = this.#size - GRAIN;
    const missing = needed - (last !== undefined && last.end === end ? last.end - last.start : 0);
    // An eighth more than asked for keeps the number of growths logarithmic.
    for (const bytes of [missing + (this.#size >> 3), missing]) {
      const pages = Math.ceil((bytes + (this.#size === 0 ? 2 * GRAIN : 0)) / PAGE);
      if (this.#size + pages * PAGE > this.#maximum) continue;
      try {
        this.memory.grow(pages);
      } catch {
        continue;
      }
      const from = this.#size === 0 ? GRAIN : end;
      this.#size += pages * PAGE;
      this.release(from, this.#size - GRAIN);
      return true;
    }
    return false;
  }

  #freshBuffer(): { readonly shared: ArrayBuffer; readonly own: boolean } {
    try {
      this.memory.grow(0);
    } catch {
      // A memory that cannot grow keeps its one buffer.
    }
    const shared = this.memory.buffer;
    const own = !this.#buffers.has(shared);
    this.#buffers.add(shared);
    return { shared, own };
  }
}

/** How much memory a module may address, in pages of 64 KB, and whether threads and growth may share it. */
export interface HeapKind {
  readonly maximum: number;
  readonly shared: boolean;
}

/**
 * The largest heap the host gives: shared memory of up to 4 GB, 1 GB or 256 MB, else 256 MB that cannot grow (growing
 * memory that is not shared would detach every view). `undefined` where there is no WebAssembly.
 */
export function createHeap(): { readonly heap: Heap; readonly kind: HeapKind } | undefined {
  const kinds = [[65536, true], [16384, true], [4096, true], [4096, false]] as const;
  for (const [maximum, shared] of kinds) {
    try {
      const limits = shared ? { initial: 16, maximum, shared } : { initial: maximum, maximum };
      const memory = new host.WebAssembly!.Memory(limits);
      return { heap: new Heap(memory, maximum), kind: { maximum, shared } };
    } catch {
      continue;
    }
  }
  return undefined;
}

function roundUp(bytes: number): number {
  return Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN);
}
