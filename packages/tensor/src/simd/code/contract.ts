/** A job is a row of 32-bit words in memory that says what a product reads and writes, and how it is cut into blocks. */
import { call, loop, when, type Definition, type Local } from "../assembler.ts";
import { i32, least, select, type Code } from "../instructions.ts";
import { panels } from "./product.ts";

/** The words of a job, in order; addresses and strides are in bytes. The first four change from call to call. */
export const jobWords = [
  "x", "out", "bias", "floor", "a", "base", "position", "outPosition",
  "rows", "columns", "depth", "outStride", "biasPerColumn",
  "groups", "batchX", "batchOut", "groupX", "groupOut", "groupBias", "groupA",
  "rowBlocks", "rowsPerBlock", "columnBlocks", "columnsPerBlock", "depthPerBlock",
] as const;

/** One of the words of a job. */
export type Word = (typeof jobWords)[number];

/** Where a word stands in its job. */
export function wordIndex(word: Word): number {
  return jobWords.indexOf(word);
}

/** Computes one block of a job in `scratch`, given the positions of its three steps in the module. */
export function contractBlock(multiplyTiles: number, packColumns: number, unpackTiles: number): Definition {
  return (frame) => {
    const [job, block, scratch] = frame.takes(3);
    const [x, out, bias, a, row, rows, column, columns, k, depth, tiles, group] = frame.several(12);
    const word = (name: Word): Code => i32.load(job.get, 4 * wordIndex(name));
    const digit = (index: Local, radix: Code): Code => [
      ...index.set(i32.rem_u(block.get, radix)),
      ...block.set(i32.div_u(block.get, radix)),
    ];
    const range = (start: Local, size: Local, all: Word, perBlock: Word): Code => [
      ...start.set(i32.mul(start.get, word(perBlock))),
      ...size.set(least(i32.sub(word(all), start.get), word(perBlock))),
    ];
    const rowPanels = (of: Code): Code => i32.shr_u(i32.add(of, i32.const(3)), i32.const(2));
    return [
      ...digit(column, word("columnBlocks")),
      ...digit(row, word("rowBlocks")),
      ...digit(group, word("groups")),
      ...range(column, columns, "columns", "columnsPerBlock"),
      ...range(row, rows, "rows", "rowsPerBlock"),
      ...x.set(sum(word("x"), i32.mul(block.get, word("batchX")), i32.mul(group.get, word("groupX")))),
      ...out.set(sum(
        word("out"), i32.mul(block.get, word("batchOut")), i32.mul(group.get, word("groupOut")),
        i32.mul(row.get, word("outStride")),
      )),
      ...when(word("bias"), bias.set(sum(
        word("bias"), i32.mul(group.get, word("groupBias")),
        words4(select(column.get, row.get, word("biasPerColumn"))),
      ))),
      ...a.set(i32.add(word("a"), i32.mul(group.get, word("groupA")))),
      ...tiles.set(i32.add(scratch.get, words4(i32.mul(word("columnsPerBlock"), word("depthPerBlock"))))),
      ...k.set(i32.const(0)),
      ...loop(i32.lt_u(k.get, word("depth")), [
        ...depth.set(least(i32.sub(word("depth"), k.get), word("depthPerBlock"))),
        ...call(
          packColumns, x.get, i32.add(word("base"), words4(k.get)), depth.get,
          i32.add(word("position"), words4(column.get)), panels(columns.get), scratch.get,
        ),
        ...call(
          multiplyTiles, i32.add(a.get, words4(i32.mul(row.get, depth.get))), scratch.get, tiles.get,
          rowPanels(rows.get), panels(columns.get), depth.get, i32.const(0), i32.eqz(k.get),
        ),
        ...a.increase(i32.mul(words4(depth.get), i32.mul(rowPanels(word("rows")), i32.const(4)))),
        ...k.increase(depth.get),
      ]),
      ...call(
        unpackTiles, tiles.get, out.get, i32.add(word("outPosition"), words4(column.get)),
        rows.get, columns.get, word("outStride"), bias.get, word("biasPerColumn"),
        i32.add(job.get, i32.const(4 * wordIndex("floor"))),
      ),
    ];
  };
}

const words4 = (count: Code): Code => i32.shl(count, i32.const(2));
const sum = (...terms: readonly Code[]): Code => terms.reduce((a, b) => i32.add(a, b));
