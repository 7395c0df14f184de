/** Tables for terminals that are narrower than they are. */
import { wrapWords } from "./option.ts";

/** Whether a text has lines that a terminal would break; 80 columns are what tables are made for. */
export function isTooWide(text: string, columns: number): boolean {
  return columns < 80 && text.split("\n").some((line) => line.length > columns);
}

/** A block for each row: its first cell, and under it the others, after their names where a header has some. */
export function narrowTable(
  header: readonly string[] | undefined, rows: readonly (readonly string[])[], columns: number,
): string {
  return rows.flatMap(([first = "", ...cells]) => {
    const named = cells.flatMap((cell, i) => {
      const name = header?.[i + 1];
      return cell === "" ? [] : [name === undefined ? cell : `${name} ${cell}`];
    });
    const lines: string[] = [];
    for (const part of named) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 2 + part.length <= columns) lines[lines.length - 1] = `${last}  ${part}`;
      else lines.push(`  ${part}`);
    }
    return [first, ...lines];
  }).join("\n");
}

/** Lines as they are or, where a terminal is narrower, broken at blanks, what goes on four columns further in. */
export function fittedLines(text: string, columns: number): string {
  if (!isTooWide(text, columns)) return text;
  return text.split("\n").flatMap((line) => {
    if (line.length <= columns) return [line];
    const indent = " ".repeat(line.length - line.trimStart().length);
    const [first = "", ...rest] = wrapWords(line.trim(), columns - indent.length - 4);
    return [indent + first, ...rest.map((part) => `${indent}    ${part}`)];
  }).join("\n");
}

/** A table in Markdown, as it is or as blocks where a terminal is narrower. */
export function fittedMarkdown(markdown: string, columns: number): string {
  if (!isTooWide(markdown, columns)) return markdown;
  const cells = markdown.split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const [header, , ...rows] = cells;
  return narrowTable(header, rows, columns);
}
