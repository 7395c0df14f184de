/** Products of any geometry, block by block: columns are packed, multiplied in tiles, and written with their bias. */
import { call, loop, when, type Definition, type Local } from "../assembler.ts";
import { i32, least, select, type Code, type Operand } from "../instructions.ts";
import { contraction, type Word } from "./jobs.ts";
import { multiplyTiles, packColumns, panels, unpackTiles } from "./product.ts";
import { reader } from "./reader.ts";

/** Computes one block of a job in `scratch`. */
export const contractBlock: Definition = (frame) => {
  const [job, block, scratch] = frame.takes(3);
  const [x, out, bias, a, row, rows, column, columns, k, depth, tiles, group] = frame.several(12);
  const word = reader(contraction, job);
  const digit = (index: Local, radix: Operand): Code => [
    index.set(i32.rem_u(block, radix)),
    block.set(i32.div_u(block, radix)),
  ];
  const range = (start: Local, size: Local, all: Word, perBlock: Word): Code => [
    start.set(i32.mul(start, word(perBlock))),
    size.set(least(i32.sub(word(all), start), word(perBlock))),
  ];
  const rowPanels = (of: Operand): Code<"i32"> => i32.shr_u(i32.add(of, 3), 2);
  return [
    digit(column, word("columnBlocks")),
    digit(row, word("rowBlocks")),
    digit(group, word("groups")),
    range(column, columns, "columns", "columnsPerBlock"),
    range(row, rows, "rows", "rowsPerBlock"),
    x.set(sum(word("x"), i32.mul(block, word("batchX")), i32.mul(group, word("groupX")))),
    out.set(sum(
      word("out"), i32.mul(block, word("batchOut")), i32.mul(group, word("groupOut")),
      i32.mul(row, word("outStride")),
    )),
    when(word("bias"), bias.set(sum(
      word("bias"), i32.mul(group, word("groupBias")),
      words4(select(column, row, word("biasPerColumn"))),
    ))),
    a.set(i32.add(word("a"), i32.mul(group, word("groupA")))),
    tiles.set(i32.add(scratch, words4(i32.mul(word("columnsPerBlock"), word("depthPerBlock"))))),
    k.set(0),
    loop(i32.lt_u(k, word("depth")), [
      depth.set(least(i32.sub(word("depth"), k), word("depthPerBlock"))),
      call(
        packColumns, x, i32.add(word("base"), words4(k)), depth,
        i32.add(word("position"), words4(column)), panels(columns), scratch,
      ),
      call(
        multiplyTiles, i32.add(a, words4(i32.mul(row, depth))), scratch, tiles,
        rowPanels(rows), panels(columns), depth, 0, i32.eqz(k),
      ),
      a.increase(i32.mul(words4(depth), i32.mul(rowPanels(word("rows")), 4))),
      k.increase(depth),
    ]),
    call(
      unpackTiles, tiles, out, i32.add(word("outPosition"), words4(column)),
      rows, columns, word("outStride"), bias, word("biasPerColumn"),
      i32.add(job, contraction.offset("floor")),
    ),
  ];
};

const words4 = (count: Operand): Code<"i32"> => i32.shl(count, 2);
const sum = (first: Operand, ...more: readonly Operand[]): Operand => more.reduce((a, b) => i32.add(a, b), first);
