/**
 * A WebAssembly assembler: locals, control flow and the binary format around them.
 *
 * Code is bytes. Operands come first, so expressions nest: `i32.add(p.get, i32.const(16))`.
 */
import { i32, leb, push, type Bytes, type Callee, type Code, type Operand, type Value } from "./instructions.ts";

/** Types of values by name. */
export const type = { i32: "i32", f32: "f32", f64: "f64", v128: "v128" } as const;

const binary: Readonly<Record<Value, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A local variable or parameter. */
export class Local<T extends Value = "i32"> {
  readonly type: T;
  readonly #index: number;

  constructor(index: number, type: T) {
    this.#index = index;
    this.type = type;
  }

  /** `local.get` */
  get get(): Code<T> {
    return [0x20, leb(this.#index)];
  }

  /** `local.set` */
  set(value: Operand<T>): Code {
    return [push(value), 0x21, leb(this.#index)];
  }

  /** `local.tee` */
  tee(value: Operand<T>): Code<T> {
    return [push(value), 0x22, leb(this.#index)];
  }

  /** Adds to an `i32`. */
  increase(this: Local, by: Operand): Code {
    return this.set(i32.add(this, by));
  }
}

const END = 0x0b;
const VOID = 0x40;

/** `if (condition) { then } else { otherwise }` */
export function when(condition: Operand, then: Code, otherwise?: Code): Code {
  return [push(condition), 0x04, VOID, then, otherwise === undefined ? [] : [0x05, otherwise], END];
}

/** `do { body } while (condition)` */
export function repeat(body: Code, condition: Operand): Code {
  return [0x03, VOID, body, push(condition), 0x0d, 0, END];
}

/** `while (condition) { body }` */
export function loop(condition: Operand, body: Code): Code {
  return when(condition, repeat(body, condition));
}

/** `for (index = 0; index < count; index += step) { body }`, unsigned; `body` runs `count / step` times rounded up. */
export function times(index: Local, count: Operand, body: Code, step = 1): Code {
  return [index.set(0), loop(i32.lt_u(index, count), [body, index.increase(step)])];
}

/** Runs the case that `index` counts to, the last one for numbers beyond. */
export function dispatch(index: Operand, cases: readonly Code[]): Code {
  const labels = cases.map((_, i) => leb(i));
  const jump = [push(index), 0x0e, leb(cases.length - 1), labels];
  const nested = cases.reduce<Code>((inner, body, i) =>
    [0x02, VOID, inner, END, body, 0x0c, leb(cases.length - 1 - i)], jump);
  return [0x02, VOID, nested, END];
}

/** A function under construction: gives out its parameters and locals. */
export class Frame {
  readonly parameters: Value[] = [];
  readonly locals: Value[] = [];

  /** `count` parameters; all are taken before the first local. */
  takes(count: number): readonly Local[] {
    return Array.from({ length: count }, () => new Local(this.parameters.push("i32") - 1, "i32"));
  }

  /** A new local, zero at first. */
  local(): Local;
  local<T extends Value>(of: T): Local<T>;
  local(of: Value = "i32"): Local<Value> {
    return new Local(this.parameters.length + this.locals.push(of) - 1, of);
  }

  /** `count` new locals. */
  several(count: number): readonly Local[];
  several<T extends Value>(count: number, of: T): readonly Local<T>[];
  several(count: number, of: Value = "i32"): readonly Local<Value>[] {
    return Array.from({ length: count }, () => this.local(of));
  }
}

/** What a function does: takes its parameters and locals from the frame, gives its statements. */
export type Definition = (frame: Frame) => Code;

/** `call` of the function so defined, which must be in the module and take as many operands. */
export function call(definition: Definition, ...operands: readonly Operand[]): Code {
  return [...operands.map(push), 0x10, { callee: definition, operands: operands.length }];
}

/** The memory a module imports as `env.memory`, in pages of 64 KB. */
export interface MemoryType {
  readonly maximum: number;
  readonly shared: boolean;
}

/**
 * The binary module of these functions, each exported under its name, and of inner ones that only others call; none
 * returns a value. Throws a `RangeError` for a call of what is not among them, or with other operands than it takes.
 */
export function assemble(
  functions: readonly (readonly [string, Definition])[], memory: MemoryType, inner: readonly Definition[] = [],
): Uint8Array<ArrayBuffer> {
  const all = [...functions, ...inner.map((define, i) => [`inner function ${i}`, define] as const)];
  const built = all.map(([name, define]) => {
    const frame = new Frame();
    const body = define(frame);
    return { name, define, frame, body };
  });
  const positions = new Map<object, number>(built.map(({ define }, i) => [define, i]));
  const positionIn = (caller: string): Resolve => ({ callee, operands }) => {
    const position = positions.get(callee);
    if (position === undefined) throw new RangeError(`${caller}: calls a function that is not in its module`);
    const { name, frame: { parameters } } = built[position];
    if (parameters.length !== operands) {
      throw new RangeError(`${name}: takes ${parameters.length} operands, got ${operands} from ${caller}`);
    }
    return leb(position);
  };
  const memoryLimits = [memory.shared ? 3 : 1, leb(0), leb(memory.maximum)];
  return Uint8Array.from(flat([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    section(1, built.map(({ frame }) => [0x60, list(frame.parameters.map((p) => [binary[p]])), 0])),
    section(2, [[text("env"), text("memory"), 2, memoryLimits]]),
    section(3, built.map((_, i) => leb(i))),
    section(7, functions.map(([name], i) => [text(name), 0, leb(i)])),
    section(10, built.map(({ name, frame, body }) =>
      sized([list(frame.locals.map((l) => [1, binary[l]])), body, END], positionIn(name)))),
  ]));
}

type Resolve = (place: Callee) => readonly number[];

const list = (items: readonly Bytes[]): Bytes => [leb(items.length), items];
const section = (id: number, items: readonly Bytes[]): Bytes => [id, sized(list(items))];
const text = (value: string): Bytes => sized([...value].map((letter) => letter.codePointAt(0)!));

function sized(code: Bytes, resolve?: Resolve): Bytes {
  const bytes = flat(code, resolve);
  return [leb(bytes.length), bytes];
}

/** Appends to one list: code nests deep, and a copy at each level took fifty times as long. */
function flat(code: Bytes, resolve?: Resolve, bytes: number[] = []): readonly number[] {
  for (const part of code) {
    if (typeof part === "number") bytes.push(part);
    else if ("callee" in part) flat(resolve!(part), undefined, bytes);
    else flat(part, resolve, bytes);
  }
  return bytes;
}
