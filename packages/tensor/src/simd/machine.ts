/** A module instance at work on its heap: operands are put in place, jobs are written and run block by block. */
import { host, type CompiledModule } from "../host.ts";
import { act, refuseTrace } from "../trace.ts";
import type { Heap } from "./heap.ts";
import type { FunctionName, Functions } from "./code/names.ts";
import type { Struct } from "./struct.ts";
import type { Team } from "./team.ts";

/** A stretch of scratch memory. */
export interface Chunk {
  readonly start: number;
  readonly size: number;
}

/** Lists of integers, where they are. */
export interface Tables {
  /** What keeps them there while it lives. */
  readonly memory: Float32Array;
  readonly addresses: readonly number[];
}

// Floats of a parameter that are copied at each use where memory is full; larger ones go a part at a time.
const MOST_COPIED = 1 << 20;

/** Runs the module's functions. One kernel call lasts from `begin` to `end`; calls do not nest. */
export class Machine {
  readonly heap: Heap;
  readonly #functions: Functions;
  /** The workers that help, if any. */
  team: Team | undefined;
  #words = new Int32Array(0);
  #floats = new Float32Array(0);
  protected chunks: Chunk[] = [];
  #used = 0;
  readonly #returns: (readonly [target: Float32Array, from: number])[] = [];
  protected readonly residents: WeakMap<Float32Array, Float32Array> = new WeakMap();

  constructor(module: CompiledModule, heap: Heap) {
    this.heap = heap;
    const instance = new host.WebAssembly!.Instance(module, { env: { memory: heap.memory } });
    this.#functions = instance.exports as Functions;
  }

  /**
   * Memory that kernels use in place; an ordinary array, copied at each use, when the heap has none to give but what
   * kernels need for such copies and for what they keep.
   */
  allocate(length: number): Float32Array {
    return this.heap.floats(length, this.heap.reserve) ?? new Float32Array(length);
  }

  /** Memory that stays the caller's while the view lives; throws a `RangeError` when the heap is exhausted. */
  lasting(length: number): Float32Array {
    return this.heap.held(length) ?? this.#exhausted(4 * length);
  }

  /** Lists of integers in lasting memory, and their addresses, which hold while the object lives. */
  tables(lists: readonly ArrayLike<number>[]): Tables {
    const memory = this.lasting(lists.reduce((total, list) => total + list.length, 0));
    const { byteOffset } = memory;
    const words = new Int32Array(memory.buffer, byteOffset, memory.length);
    let at = 0;
    const addresses = lists.map((list) => {
      words.set(list, at);
      at += list.length;
      return byteOffset + 4 * (at - list.length);
    });
    return { addresses, memory };
  }

  /** Starts a kernel call: scratch memory is free again. */
  begin(): void {
    this.#used = 0;
    this.#returns.length = 0;
    if (this.chunks.length > 1) {
      const size = this.chunks.reduce((total, chunk) => total + chunk.size, 0);
      for (const { start, size: bytes } of this.chunks) this.heap.release(start, start + bytes);
      this.chunks = [];
      this.chunks.push({ start: this.#claim(size), size });
    }
  }

  /** What a kernel knows by its address alone lives as long as a trace of it, where there is one. */
  keep(_object: object): void {}

  /** Ends a kernel call: results computed in scratch memory go where they belong. */
  end(): void {
    for (const [target, from] of this.#returns) {
      act(() => target.set(this.floats.subarray(from / 4, from / 4 + target.length)));
    }
  }

  /** The address of an operand, copied to scratch memory if it is elsewhere; 0 for `undefined`. */
  operand(array: Float32Array | undefined): number {
    if (array === undefined) return 0;
    if (this.heap.owns(array)) return array.byteOffset;
    const address = this.scratch(4 * array.length);
    act(() => this.floats.set(array, address / 4));
    return address;
  }

  /**
   * The address of a parameter, which is never written: what lies elsewhere is copied once and kept as long as it, or
   * copied at each use where memory is full. `undefined` where it is too large for that.
   */
  parameter(array: Float32Array): number | undefined {
    if (this.heap.owns(array)) return array.byteOffset;
    const kept = this.residents.get(array) ?? this.heap.held(array.length, this.heap.reserve);
    if (kept === undefined) return array.length > MOST_COPIED ? undefined : this.operand(array);
    if (!this.residents.has(array)) {
      kept.set(array);
      this.residents.set(array, kept);
    }
    return kept.byteOffset;
  }

  /** The address that a result is to be written to. Ask after the operands: `array` may be one of them. */
  result(array: Float32Array): number {
    if (this.heap.owns(array)) return array.byteOffset;
    const address = this.scratch(4 * array.length);
    this.#returns.push([array, address]);
    return address;
  }

  /** The address of memory for what the host writes, which shapes decide: good until `end`, or as long as a trace. */
  room(bytes: number): number {
    return this.scratch(bytes);
  }

  /** The address of scratch memory that kernels write before they read it, good until `end`. */
  scratch(bytes: number): number {
    const size = Math.ceil(bytes / 64) * 64;
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || this.#used + size > chunk.size) {
      // What was taken for a trace is all there is: what comes now would go back at the next call.
      refuseTrace();
      chunk = { start: this.#claim(Math.max(size, 1 << 18)), size: Math.max(size, 1 << 18) };
      this.chunks.push(chunk);
      this.#used = 0;
    }
    this.#used += size;
    return chunk.start + this.#used - size;
  }

  /** How many threads share the blocks of a job, this one included. */
  get threads(): number {
    return 1 + (this.team?.size ?? 0);
  }

  /** Runs `body` and takes back the scratch memory it asked for, as far as it lies in one piece with what was there. */
  reusing<T>(body: () => T): T {
    const [used, chunks] = [this.#used, this.chunks.length];
    const result = body();
    if (this.chunks.length === chunks) this.#used = used;
    return result;
  }

  /** Runs every block of a job, with `bytes` of scratch memory for each thread. Blocks write disjoint places. */
  run(name: FunctionName, job: number, blocks: number, bytes: number): void {
    const scratch = bytes === 0 ? 0 : this.scratch(bytes);
    const compute = this.#functions[name];
    if (this.team === undefined || blocks === 1) {
      act(() => {
        for (let block = 0; block < blocks; block++) compute(job, block, scratch);
      });
    } else {
      const another = (): number => (bytes === 0 ? 0 : this.scratch(bytes));
      this.team.run(name, job, blocks, another, (block) => compute(job, block, scratch));
    }
  }

  /** Calls a function that is no job. */
  call(name: FunctionName, ...operands: readonly number[]): void {
    act(() => this.#functions[name](...operands));
  }

  /** Fills memory with zeros. */
  clear(address: number, length: number): void {
    act(() => void this.floats.fill(0, address / 4, address / 4 + length));
  }

  /** Writes a record and gives its address. */
  job<Name extends string>(record: Struct<Name>, values: Readonly<Record<Name, number>>): number {
    return this.list(record.of(values));
  }

  /** Writes integers and gives their address. */
  list(integers: ArrayLike<number>): number {
    const address = this.room(4 * integers.length);
    this.words.set(integers, address / 4);
    return address;
  }

  /** The whole memory as integers. */
  get words(): Int32Array {
    this.#refresh();
    return this.#words;
  }

  /** The whole memory as floats. */
  get floats(): Float32Array {
    this.#refresh();
    return this.#floats;
  }

  #refresh(): void {
    if (this.#words.byteLength === this.heap.size) return;
    this.#words = new Int32Array(this.heap.memory.buffer);
    this.#floats = new Float32Array(this.heap.memory.buffer);
  }

  #claim(bytes: number): number {
    return this.heap.claim(bytes) ?? this.#exhausted(bytes);
  }

  #exhausted(bytes: number): never {
    const held = Math.round(this.heap.size / 2 ** 20);
    throw new RangeError(
      `simd kernels: take ${bytes} bytes of memory, got none: all ${held} MB of the heap are in use; ` +
        "use smaller batches or the scalar kernels",
    );
  }
}
