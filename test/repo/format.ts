/** The mechanical part of format, by kind of file. */
import { codeOnly } from "./scan.ts";

/** The most columns a line may have. */
export const widest = 120;

/** A complaint for each line that breaks the format; prose is only looked at for line ends. */
export function formatComplaints(path: string, source: string): readonly string[] {
  const complaints: string[] = [];
  const complain = (line: number, says: string): void => void complaints.push(`${path}:${line}: ${says}`);
  const lines = source.split("\n");
  if (source.includes("\r")) complain(lines.findIndex((line) => line.includes("\r")) + 1, "lines end in LF");
  if (!source.endsWith("\n") || source.endsWith("\n\n")) complain(lines.length, "a file ends in one newline");
  const isCode = /\.[jt]s$/.test(path);
  const isProse = path.endsWith(".md");
  const code = isCode ? codeOnly(source).split("\n") : lines;
  lines.forEach((line, i) => {
    if (/[ \t]+$/.test(line)) complain(i + 1, "no space at the end of a line");
    if (isProse) return;
    if (line.includes("\t")) complain(i + 1, "no tabs");
    const indent = /^ */.exec(line)![0].length;
    const startsHere = (code[i]![indent] ?? " ") !== " "; // not inside a comment or a template
    if (startsHere && indent % 2 === 1) complain(i + 1, `indent by two, got ${indent}`);
    if (!isCode) return;
    if ([...line].length > widest) complain(i + 1, `at most ${widest} columns, got ${[...line].length}`);
    if (singleQuoted(line, code[i]!)) complain(i + 1, "double quotes");
  });
  return complaints;
}

/** Whether a line has a string in single quotes that would need no escape in double ones. */
function singleQuoted(line: string, code: string): boolean {
  const strings = [...code.matchAll(/'[^']*'/g)].map(({ index, 0: { length } }) => line.slice(index, index + length));
  return strings.some((string) => !string.includes('"'));
}
