/**
 * The linear memory that kernels work in, and who owns which part of it.
 *
 * Growing a shared memory leaves existing views valid. Each allocation gets a buffer object of its own over that
 * memory: it lives as long as any view or subarray of that allocation, so the block is given back when the garbage
 * collector takes the buffer, and nobody disposes. Some engines make such an object at every growth, even by nothing;
 * in others a structured clone of the buffer is one, unless a page shares nothing: there only memory whose views are
 * known, `held`, is given out.
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
  readonly #shared: boolean;
  #size = 0;

  /** A heap in this memory, which has at most `maximum` pages. */
  constructor(memory: LinearMemory, maximum: number, shared = true) {
    this.memory = memory;
    this.#shared = shared;
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

  /**
   * A view of `length` floats of unspecified content, which are the caller's while any view of its buffer lives;
   * `undefined` where less than `reserve` bytes would be left, or where the host cannot tell how long that is.
   */
  floats(length: number, reserve = 0): Float32Array | undefined {
    if (this.#left - roundUp(4 * length) < reserve) return undefined;
    const start = this.claim(4 * length);
    if (start === undefined) return undefined;
    const span = { start, end: start + roundUp(4 * length) };
    const buffer = this.#ownBuffer();
    if (buffer === undefined) {
      this.release(span.start, span.end);
      return undefined;
    }
    this.#registry?.register(buffer, span);
    return new Float32Array(buffer, start, length);
  }

  /** Bytes that kernels keep for themselves: what tensors may not take. */
  get reserve(): number {
    return this.#maximum / 8;
  }

  /** Bytes that are free or can be had, in whatever pieces. */
  get #left(): number {
    return this.#free.reduce((total, { start, end }) => total + end - start, this.#maximum - this.#size);
  }

  /** The same, but the floats are the caller's while this very view lives. */
  held(length: number, reserve = 0): Float32Array | undefined {
    const own = this.floats(length, reserve);
    if (own !== undefined || this.#left - roundUp(4 * length) < reserve) return own;
    const start = this.claim(4 * length);
    if (start === undefined) return undefined;
    const view = new Float32Array(this.memory.buffer, start, length);
    this.#registry?.register(view, { start, end: start + roundUp(4 * length) });
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
    for (const bytes of [missing + this.#size / 8, missing]) {
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

  /** A buffer object over the memory that nobody has yet, if the host makes one. */
  #ownBuffer(): ArrayBuffer | undefined {
    const { memory } = this;
    if (!this.#shared) return undefined; // growth would detach all views, and a clone would be other memory
    const sources = [() => (memory.grow(0), memory.buffer), () => host.structuredClone!(memory.buffer)];
    for (const source of sources) {
      try {
        const buffer = source();
        if (this.#buffers.has(buffer)) continue;
        this.#buffers.add(buffer);
        return buffer;
      } catch {
        continue; // A memory may have reached its end, and a page that is not isolated may clone nothing shared.
      }
    }
    return undefined;
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
      return { heap: new Heap(memory, maximum, shared), kind: { maximum, shared } };
    } catch {
      continue;
    }
  }
  return undefined;
}

function roundUp(bytes: number): number {
  return Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN);
}
