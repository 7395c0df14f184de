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
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/)
    .map((line, i) => ({ line, number: i + 1 })).filter(({ line }) => line.trim() !== "");
  const [first] = lines;
  if (first === undefined) throw new RangeError("takes a table with rows, got none");
  const mark = ["\t", ";", ","].find((each) => first.line.includes(each)) ?? ",";
  const cells = lines.map(({ line, number }) => ({ number, cells: cut(line, mark) }));
  const hasNames = cells[0]!.cells.some((cell) => cell !== "" && Number.isNaN(Number(cell)));
  const names = hasNames ? cells[0]!.cells : undefined;
  const body = hasNames ? cells.slice(1) : cells;
  if (body.length === 0) throw new RangeError("takes a table with rows, got names of columns alone");
  const width = cells[0]!.cells.length;
  const data = new Float32Array(body.length * width);
  body.forEach(({ number, cells: row }, n) => {
    if (row.length !== width) throw new RangeError(`takes ${width} columns, got ${row.length} in line ${number}`);
    row.forEach((cell, column) => {
      const value = cell === "" ? NaN : Number(cell);
      if (!Number.isFinite(value)) {
        throw new RangeError(`takes numbers, got "${cell}" in line ${number}, column ${names?.[column] ?? column + 1}`);
      }
      data[n * width + column] = value;
    });
  });
  return { rows: new Tensor([body.length, width], data), names };
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
