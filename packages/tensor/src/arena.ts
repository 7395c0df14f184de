/**
 * Scratch memory for a computation whose lifetimes nest.
 *
 * While an arena runs, `empty` and its relatives take memory from it, and everything taken goes back at once
 * when the run or an inner `scope` ends. What leaves a run must be `clone`d. A run is synchronous throughout: an
 * `await` inside would hand the arena to strangers.
 */
import { callable } from "./check-kind.ts";
import { optionsOf } from "./options-of.ts";
import { kernels } from "./active.ts";
import { checkDeadline } from "./deadline.ts";
import { traceInto } from "./trace.ts";

let current: Arena | undefined;

/** Runs whose needs decide what an arena keeps. */
const remembered = 8;

/** Elements that are not worth giving back. */
const little = 1 << 22;

/** Elements of a block that nothing asks for at once. */
const largest = 1 << 24;

/** Whether memory has gone back. */
export interface Lifetime {
  readonly ended: boolean;
}

/** How an `Arena` behaves. */
export interface ArenaOptions {
  /** Fill memory with NaN when it goes back, so that a value used after its scope is seen; for tests. */
  readonly poison?: boolean;
  /** Elements of the first block; later blocks are made as large as needed. */
  readonly capacity?: number;
}

/** Memory that is taken piece by piece and given back all together. */
export class Arena {
  readonly #poison: boolean;
  readonly #capacity: number;
  #blocks: Float32Array[] = [];
  /** What was given back before its scope ends; lists are replaced, never changed. */
  #free: readonly Float32Array[] = [];
  #block = 0;
  #offset = 0;
  #used = 0;
  #peak = 0;
  /** The most elements in use at once, in the run going on and in the ones before it. */
  #runPeak = 0;
  #runPeaks: number[] = [];
  #depth = 0;
  /** Of the innermost scope, made when it is first asked for. */
  #lifetime: { ended: boolean } | undefined;

  constructor(options: ArenaOptions = {}) {
    const { poison = false, capacity = 1 << 16 } = optionsOf("Arena", options);
    this.#poison = poison;
    this.#capacity = capacity;
  }

  /** Elements of memory held, whether in use or not. */
  get capacity(): number {
    return this.#blocks.reduce((total, block) => total + block.length, 0);
  }

  /** The most elements that were in use at once. */
  get peak(): number {
    return this.#peak;
  }

  /** Runs `body` with this arena as the place where tensors come from, and takes their memory back afterwards. */
  run<T>(body: () => T): T {
    const outer = current;
    current = this;
    this.#depth++;
    try {
      return this.scope(body);
    } finally {
      current = outer;
      if (--this.#depth === 0) this.#settle();
    }
  }

  /** Runs `body` with this arena as the place where tensors come from, and takes nothing back. */
  hold<T>(body: () => T): T {
    const outer = current;
    current = this;
    try {
      return body();
    } finally {
      current = outer;
    }
  }

  /** Gives memory back that none of the last runs needed a quarter of: one large input is no reason to keep it. */
  #settle(): void {
    this.#runPeaks = [this.#runPeak, ...this.#runPeaks.slice(0, remembered - 1)];
    this.#runPeak = 0;
    const most = this.#runPeaks.reduce((a, b) => Math.max(a, b), 0);
    const { capacity } = this;
    if (this.#runPeaks.length < remembered || capacity <= Math.max(little, 4 * most)) return;
    this.#blocks = [];
    this.#runPeaks = [];
  }

  /** Runs `body` and takes back what was taken since; a result must be allocated before or cloned. */
  scope<T>(body: () => T): T {
    const [block, offset, used, outer] = [this.#block, this.#offset, this.#used, this.#lifetime];
    const free = this.#free;
    this.#lifetime = undefined;
    try {
      return callable("scope", body)();
    } finally {
      this.#endLifetime();
      this.#lifetime = outer;
      if (this.#poison) {
        this.#spoil(block, offset);
        for (const piece of free) piece.fill(NaN);
      }
      this.#free = free;
      this.#block = block;
      this.#offset = offset;
      this.#used = used;
    }
  }

  /** How long what is taken now stays: until the innermost scope ends. */
  get lifetime(): Lifetime {
    return (this.#lifetime ??= { ended: false });
  }

  /** `length` elements of unspecified content, 16-byte aligned. */
  take(length: number): Float32Array {
    const padded = (length + 3) & ~3;
    const at = this.#free.findIndex((piece) => piece.length >= padded);
    const given = this.#free[at];
    if (given !== undefined) {
      this.#free = this.#free.toSpliced(at, 1);
      if (given.length > padded) this.giveBack(given.subarray(padded));
      return given.subarray(0, length);
    }
    while (this.#block < this.#blocks.length) {
      const block = this.#blocks[this.#block]!;
      if (this.#offset + padded <= block.length) return this.#cut(block, length, padded);
      this.#block++;
      this.#offset = 0;
    }
    const block = kernels().allocate(Math.max(padded, this.#capacity, Math.min(this.capacity >> 1, largest)));
    this.#blocks.push(block);
    return this.#cut(block, length, padded);
  }

  /**
   * Takes a piece back before the innermost scope ends, in which it was taken: nobody may use it any more. Memory that
   * is not this arena's stays what it is.
   */
  giveBack(piece: Float32Array): void {
    // Only whole vectors: what begins or ends within one may be part of something else.
    const whole = piece.subarray(0, piece.length & ~3);
    if (whole.length === 0 || piece.byteOffset % 16 !== 0) return;
    if (!this.#blocks.some((block) => liesIn(whole, block))) return;
    if (this.#poison) whole.fill(NaN);
    const larger = this.#free.findIndex(({ length }) => length > whole.length);
    this.#free = this.#free.toSpliced(larger < 0 ? this.#free.length : larger, 0, whole);
  }

  #endLifetime(): void {
    if (this.#lifetime !== undefined) this.#lifetime.ended = true;
  }

  #cut(block: Float32Array, length: number, padded: number): Float32Array {
    const piece = block.subarray(this.#offset, this.#offset + length);
    this.#offset += padded;
    this.#used += padded;
    this.#runPeak = Math.max(this.#runPeak, this.#used);
    this.#peak = Math.max(this.#peak, this.#used);
    return piece;
  }

  #spoil(fromBlock: number, fromOffset: number): void {
    for (let index = fromBlock; index <= this.#block && index < this.#blocks.length; index++) {
      const end = index === this.#block ? this.#offset : undefined;
      this.#blocks[index]!.fill(NaN, index === fromBlock ? fromOffset : 0, end);
    }
  }
}

function liesIn({ buffer, byteOffset, byteLength }: Float32Array, block: Float32Array): boolean {
  return buffer === block.buffer && byteOffset >= block.byteOffset &&
    byteOffset + byteLength <= block.byteOffset + block.byteLength;
}

let shared: WeakRef<Arena> | undefined;

/** The arena of all who have none of their own: runs never overlap, so one serves them all while any of them lives. */
export function sharedArena(): Arena {
  let arena = shared?.deref();
  if (arena === undefined) shared = new WeakRef((arena = new Arena()));
  return arena;
}

/** Whether an arena runs, so that what is made now goes back when the run ends. */
export function arenaRuns(): boolean {
  return current !== undefined;
}

/** How long what is made now stays: until the innermost scope of the running arena ends, for ever where none runs. */
export function lifetime(): Lifetime {
  return current?.lifetime ?? forever;
}

const forever: Lifetime = { ended: false };

/** Whether what is made now will be used again and again. */
let keeping = false;

/** Memory from the running arena, or an ordinary array where none runs; kernels use in place what is kept. */
export function allocate(length: number): Float32Array {
  checkDeadline();
  if (current !== undefined) return current.take(length);
  return keeping ? kernels().allocate(length) : new Float32Array(length);
}

/** Gives what was taken in the innermost scope of the running arena back to it; other memory stays what it is. */
export function giveBack(piece: Float32Array): void {
  current?.giveBack(piece);
}

/** Gives back, at the end of `body`, what `body` took from the running arena. */
export function scope<T>(body: () => T): T {
  return current === undefined ? callable("scope", body)() : current.scope(body);
}

/** Runs `body` outside any arena: what it makes is kept, and no trace does it again. */
export function keep<T>(body: () => T): T {
  const [outer, before] = [current, keeping];
  current = undefined;
  keeping = true;
  try {
    return traceInto(undefined, body);
  } finally {
    current = outer;
    keeping = before;
  }
}
