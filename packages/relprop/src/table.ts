/** Tables as text: a row a line, with or without the names of the columns. */
import { Tensor } from "@relprop/tensor";

/** Rows of numbers, `[N, F]`, and the names of their columns if the first line has them. */
export interface Table {
  readonly rows: Tensor;
  readonly names: readonly string[] | undefined;
}

/** Whether a file is a table, by its name. */
export function isTable(path: string): boolean {
  return /\.(csv|tsv)$/i.test(path);
}

/** Reads lines of numbers between commas, semicolons or tabs; throws a `RangeError` that names the line. */
export function readTable(text: string): Table {
  const { names, rows } = readCells(text);
  const width = rows[0]!.cells.length;
  const data = new Float32Array(rows.length * width);
  rows.forEach(({ number, cells }, n) => cells.forEach((cell, column) => {
    const value = cell === "" ? NaN : Number(cell);
    if (!Number.isFinite(value)) {
      throw new RangeError(`takes numbers, got "${cell}" in line ${number}, column ${names?.[column] ?? column + 1}`);
    }
    data[n * width + column] = value;
  }));
  return { rows: new Tensor([rows.length, width], data), names };
}

/** A table's cells as they are written. */
export interface Cells {
  /** By line, which has a number from 1 on. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly number: number }[];
  readonly names: readonly string[] | undefined;
}

/** Reads lines of cells, as many in each; the first holds names if `isHead` says so. */
export function readCells(text: string, isHead: (cells: readonly string[]) => boolean = hasWords): Cells {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/)
    .map((line, i) => ({ line, number: i + 1 })).filter(({ line }) => line.trim() !== "");
  const [first] = lines;
  if (first === undefined) throw new RangeError("takes a table with rows, got none");
  const mark = ["\t", ";", ","].find((each) => first.line.includes(each)) ?? ",";
  const all = lines.map(({ line, number }) => ({ number, cells: cut(line, mark) }));
  const head = all[0]!.cells;
  const names = isHead(head) ? head : undefined;
  const rows = names === undefined ? all : all.slice(1);
  if (rows.length === 0) throw new RangeError("takes a table with rows, got names of columns alone");
  const odd = rows.find(({ cells }) => cells.length !== head.length);
  if (odd === undefined) return { rows, names };
  throw new RangeError(`takes ${head.length} columns, got ${odd.cells.length} in line ${odd.number}`);
}

function hasWords(cells: readonly string[]): boolean {
  return cells.some((cell) => cell !== "" && Number.isNaN(Number(cell)));
}

/** The cells of a line; what stands in quotes may hold the mark, and a quote twice for one. */
function cut(line: string, mark: string): readonly string[] {
  const cells: string[] = [];
  let [cell, quoted] = ["", false];
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (quoted && character === '"' && line[i + 1] === '"') {
      cell += character;
      i++;
    } else if (character === '"') quoted = !quoted;
    else if (character === mark && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
