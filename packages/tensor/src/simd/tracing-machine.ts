/** A machine of which kernel calls can be traced: what they read then stays where it is. */
import { current, type Trace } from "../trace.ts";
import { Machine, type Chunk } from "./machine.ts";

// Elements of scratch memory that traced kernel calls share: small networks need no more.
const SCRATCH = 1 << 17;

/** Keeps what is traced apart from what comes and goes. */
export class TracingMachine extends Machine {
  /** What kernel calls are traced into, and the scratch memory of those that are not. */
  #trace: Trace | undefined;
  #untraced: Chunk[] = [];

  override begin(): void {
    const trace = current();
    if (trace !== this.#trace) this.#into(trace);
    // A trace that takes more is none, but goes on until it ends.
    const extra = trace === undefined ? [] : this.chunks.splice(1);
    super.begin();
    for (const { start, size } of extra) this.heap.release(start, start + size);
  }

  override keep(object: object): void {
    this.#trace?.keeps.push(object);
  }

  override operand(array: Float32Array | undefined): number {
    if (array !== undefined) this.keep(array);
    return super.operand(array);
  }

  override parameter(array: Float32Array): number | undefined {
    const address = super.parameter(array);
    this.keep(this.residents.get(array) ?? array);
    return address;
  }

  override result(array: Float32Array): number {
    this.keep(array);
    return super.result(array);
  }

  override room(bytes: number): number {
    if (this.#trace === undefined) return super.room(bytes);
    const memory = this.lasting(Math.ceil(bytes / 4));
    this.keep(memory);
    return memory.byteOffset;
  }

  /** From now on kernel calls are traced here, in scratch memory that stays theirs; as before where that is nowhere. */
  #into(trace: Trace | undefined): void {
    if (this.#trace === undefined) this.#untraced = this.chunks;
    else for (const { start, size } of this.chunks.splice(1)) this.heap.release(start, start + size);
    this.#trace = trace;
    this.chunks = this.#untraced;
    if (trace === undefined) return;
    const memory = this.lasting(SCRATCH);
    trace.keeps.push(memory);
    this.chunks = [{ start: memory.byteOffset, size: 4 * SCRATCH }];
  }
}
