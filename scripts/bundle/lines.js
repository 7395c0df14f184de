/**
 * A line for every statement of a file: a runtime shows the line in which an error was thrown, and all of a package in
 * one line buries the message under it.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "./rolldown.js";

/** Writes the chunks that a bundle made into `folder` anew, with their source maps. */
export function inLines(folder, { output }) {
  for (const { type, fileName, code, map } of output) {
    if (type !== "chunk") continue;
    const places = parseAst(code).body.map(({ start }) => start).filter((at) => at > 0 && code[at - 1] !== "\n");
    const pieces = [0, ...places].map((start, i) => code.slice(start, places[i]));
    writeFileSync(join(folder, fileName), pieces.join("\n"));
    if (map === undefined || map === null) continue;
    const mappings = brokenMappings(map.mappings, code.split("\n").map(({ length }) => length), places);
    writeFileSync(join(folder, `${fileName}.map`), JSON.stringify({ ...JSON.parse(map.toString()), mappings }));
  }
}

/** The mappings of a file with lines of these lengths, which are broken at places of the file, in order. */
function brokenMappings(mappings, lengths, places) {
  let begin = 0;
  return mappings.split(";").map((line, i) => {
    const end = begin + (lengths[i] ?? 0);
    const columns = places.filter((place) => place > begin && place < end).map((place) => place - begin);
    begin = end + 1;
    return brokenLine(line, columns).join(";");
  }).join(";");
}

function brokenLine(mappings, columns) {
  const lines = [[]];
  let [column, begin] = [0, 0];
  for (const segment of mappings === "" ? [] : mappings.split(",")) {
    const { value, rest } = firstNumber(segment);
    const before = column;
    column += value;
    while (columns[lines.length - 1] <= column) {
      begin = columns[lines.length - 1];
      lines.push([]);
    }
    const line = lines.at(-1);
    line.push(numberText(column - (line.length === 0 ? begin : before)) + rest);
  }
  while (lines.length <= columns.length) lines.push([]);
  return lines.map((line) => line.join(","));
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The column of a segment, relative to the one before, and what stands behind it. */
function firstNumber(segment) {
  let [bits, shift, at] = [0, 0, 0];
  for (let digit = 32; digit & 32; shift += 5) {
    digit = DIGITS.indexOf(segment[at++]);
    bits |= (digit & 31) << shift;
  }
  return { value: bits & 1 ? -(bits >> 1) : bits >> 1, rest: segment.slice(at) };
}

function numberText(value) {
  let [bits, text] = [value << 1, ""];
  do {
    const more = bits >> 5;
    text += DIGITS[(bits & 31) | (more > 0 ? 32 : 0)];
    bits = more;
  } while (bits > 0);
  return text;
}
