/** Tables whose columns are inputs of their own, texts among them, as pipelines of scikit-learn are exported. */
import type { Model, ModelInput } from "@relprop/layers";
import type { Explanation } from "@relprop/lrp";
import { textColumn } from "@relprop/models";
import { Integers, Tensor, type Value } from "@relprop/tensor";
import { isTable, readCells, type Cells } from "../table.ts";
import type { ReadInput } from "./read-input.ts";
import { InputError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

/** A table as all inputs of a model. */
export interface ColumnTable {
  readonly values: Readonly<Record<string, Value>>;
  /** The explanation with relevance `[N, columns]`, and what its columns are called. */
  byColumn(explanation: Explanation): readonly [ReadInput, Explanation];
}

/** Whether a model takes a column an input, or texts, and files are tables, which hold such. */
export function takesColumns({ inputs }: Model, files: readonly string[]): boolean {
  const isOfColumns = inputs.length > 1 || inputs[0]?.texts !== undefined;
  return isOfColumns && inputs.every(({ shape }) => shape !== undefined && shape.length <= 2) && files.every(isTable);
}

/** Reads a table for all inputs of a model: columns by name, what is left to the inputs that are left, in order. */
export async function readColumns(path: string, model: Model, terminal: Terminal): Promise<ColumnTable> {
  const cells = cellsOf(path, await terminal.readText(path), model);
  const { names, rows } = cells;
  const columns = columnsOf(path, model, cells);
  const taken = new Set([...columns.values()].flat());
  const left = (names ?? []).filter((_, column) => !taken.has(column));
  const said = left.length === 0 ? [] : [`the model reads no column ${left.join(", ")}`];
  const values = Object.fromEntries(model.inputs.map((input) => {
    const picked = rows.map((row) => ({ ...row, cells: columns.get(input.name)!.map((at) => row.cells[at]!) }));
    if (input.texts === undefined) return [input.name, numbersOf(path, input, picked)];
    const texts = picked.flatMap((row) => row.cells);
    const unknown = new Set(texts);
    for (const known of input.texts) unknown.delete(known);
    if (unknown.size > 0) said.push(`the model knows no ${input.name} ${[...unknown].slice(0, 5).join(", ")}`);
    return [input.name, textColumn(model, input.name, texts)];
  }));
  const nameOf = (name: string, column: number): string =>
    names?.[column] ?? (columns.get(name)!.length > 1 ? `column ${column + 1}` : name);
  const byColumn: ColumnTable["byColumn"] = (explanation) => {
    const parts = partsOf(model, explanation);
    const named = parts.map(({ inputs, at }) => inputs.flatMap((name) => {
      const all = columns.get(name)!.map((column) => ({ name: nameOf(name, column), column }));
      return at === undefined ? all : [all[at]!];
    }));
    const told = new Set(parts.flatMap(({ inputs }) => inputs));
    const silent = Object.keys(values).filter((name) => !told.has(name));
    const remarks = silent.length === 0
      ? said : [...said, `no relevance goes to ${silent.join(", ")}, which the model reads as whole numbers`];
    const input = {
      path, tensor: Object.values(values)[0]!, image: undefined, layout: undefined, remarks,
      features: named.map((part) => part.map(({ name }) => name).join(", ")),
      rows: rows.map((row) =>
        named.map((part) => visible(part.map(({ name, column }) => `${name} = ${row.cells[column]!}`).join(", ")))),
    };
    const { output, target, layers, sources, warnings } = explanation;
    return [input, {
      relevance: relevanceOf(parts, rows.length), layout: undefined, inputs: new Map(), sources, output, target, layers,
      warnings,
      get conservation() {
        return explanation.conservation;
      },
    }];
  };
  return { values, byColumn };
}

function relevanceOf(parts: readonly Part[], count: number): Tensor {
  const relevance = new Float32Array(count * parts.length);
  parts.forEach(({ tensors, at }, part) => tensors.forEach(({ data }) => {
    const each = data.length / count;
    const [from, to] = at === undefined ? [0, each] : [at, at + 1];
    for (let row = 0; row < count; row++) {
      const own = data.subarray(row * each + from, row * each + to);
      for (const value of own) relevance[row * parts.length + part]! += value;
    }
  }));
  return new Tensor([count, parts.length], relevance);
}

/** The first line holds names if one is that of an input, or if all are words that the model does not know. */
function cellsOf(path: string, text: string, { inputs }: Model): Cells {
  const known = new Set(inputs.flatMap(({ texts = [] }) => texts));
  const isHead = (cells: readonly string[]): boolean => inputs.some(({ name }) => cells.includes(name)) ||
    cells.every((cell) => cell !== "" && Number.isNaN(Number(cell)) && !known.has(cell));
  try {
    return readCells(text, isHead);
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Which columns each input reads. Throws an `InputError` where that is not clear. */
function columnsOf(path: string, { inputs }: Model, { names, rows }: Cells): ReadonlyMap<string, readonly number[]> {
  const width = rows[0]!.cells.length;
  const wanted = ({ shape }: ModelInput): number | undefined => (shape!.length === 1 ? 1 : shape![1]);
  const columns = new Map<string, readonly number[]>();
  const free = new Set(Array.from({ length: width }, (_, column) => column));
  for (const { name } of inputs) {
    const column = names?.indexOf(name) ?? -1;
    if (column < 0) continue;
    columns.set(name, [column]);
    free.delete(column);
  }
  const unnamed = inputs.filter(({ name }) => !columns.has(name));
  const open = unnamed.filter((input) => wanted(input) === undefined).length;
  const needed = unnamed.reduce((sum, input) => sum + (wanted(input) ?? 0), 0);
  if (open > 1 || free.size < needed || (unnamed.length > 0 && open === 0 && free.size > needed)) {
    const takes = inputs.map((input) => {
      const count = wanted(input);
      return count === 1 ? input.name : `${input.name} (${count ?? "any number"} of them)`;
    });
    throw new InputError(`${path}: takes columns for ${takes.join(", ")}, got ${names?.join(", ") ?? width}`);
  }
  const rest = [...free];
  for (const input of unnamed) columns.set(input.name, rest.splice(0, wanted(input) ?? free.size - needed));
  return columns;
}

function numbersOf(path: string, { name, shape, type }: ModelInput, rows: Cells["rows"]): Value {
  const numbers = rows.flatMap(({ cells, number }) => cells.map((cell) => {
    const value = cell === "" ? NaN : Number(cell);
    if (Number.isFinite(value)) return value;
    throw new InputError(`${path}: takes numbers for ${name}, got "${cell}" in line ${number}`);
  }));
  const extents = shape!.length === 1 ? [rows.length] : [rows.length, numbers.length / rows.length];
  if (type === undefined) return new Tensor(extents, Float32Array.from(numbers));
  return new Integers(extents, Float64Array.from(numbers), type);
}

/** Relevance of an input's column `at`, or of inputs as a whole. */
interface Part {
  readonly inputs: readonly string[];
  readonly at?: number;
  readonly tensors: readonly Tensor[];
}

/** Columns of floats have a relevance each; rows that whole numbers look up are those of all inputs they come from. */
function partsOf({ inputs, nodes }: Model, { inputs: relevant, sources }: Explanation): readonly Part[] {
  const whole = new Map(inputs.map(({ name, type }) => [name, new Set(type === undefined ? [] : [name])]));
  for (const { name, inputs: read } of nodes) {
    whole.set(name, new Set(read.flatMap((each) => [...(whole.get(each) ?? [])])));
  }
  const looked = new Map<string, { readonly inputs: readonly string[]; readonly tensors: Tensor[] }>();
  for (const [node, tensor] of sources) {
    const from = inputs.map(({ name }) => name).filter((name) => whole.get(node)?.has(name));
    const key = JSON.stringify(from);
    if (!looked.has(key)) looked.set(key, { inputs: from, tensors: [] });
    looked.get(key)!.tensors.push(tensor);
  }
  const floats = [...relevant].flatMap(([name, tensor]) =>
    Array.from({ length: tensor.shape[1] ?? 1 }, (_, at) => ({ inputs: [name], at, tensors: [tensor] })));
  return [...floats, ...looked.values()].sort((a, b) => place(a) - place(b));

  function place({ inputs: [first] }: Part): number {
    return inputs.findIndex(({ name }) => name === first);
  }
}
