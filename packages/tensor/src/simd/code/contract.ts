/** Products of any geometry, block by block: columns are packed, multiplied in tiles, and written with their bias. */
import { call, loop, when, type Definition, type Frame, type Local } from "../assembler.ts";
import { i32, least, select, type Code, type Operand } from "../instructions.ts";
import { contraction, type Word } from "./jobs.ts";
import { multiplyTiles, packColumns, panels, unpackTiles } from "./product.ts";
import { reader } from "./reader.ts";

/** What a block of a product is: `x`, `out`, `bias` and `a` of its sample and group, its rows and its columns. */
export interface Block {
  readonly frame: Frame;
  readonly job: Local;
  readonly scratch: Local;
  readonly word: (name: Word) => Code<"i32">;
  readonly x: Local;
  /** At its first row. */
  readonly out: Local;
  /** At its first row or column; 0 where there is none. */
  readonly bias: Local;
  readonly a: Local;
  readonly row: Local;
  readonly rows: Local;
  readonly column: Local;
  readonly columns: Local;
}

/** A function that computes one block of a product. */
export function blockOf(body: (block: Block) => Code): Definition {
  return (frame) => {
    const [job, block, scratch] = frame.takes(3);
    const [x, out, bias, a, row, rows, column, columns, group] = frame.several(9);
    const word = reader(contraction, job);
    const digit = (index: Local, radix: Operand): Code => [
      index.set(i32.rem_u(block, radix)),
      block.set(i32.div_u(block, radix)),
    ];
    const range = (start: Local, size: Local, all: Word, perBlock: Word): Code => [
      start.set(i32.mul(start, word(perBlock))),
      size.set(least(i32.sub(word(all), start), word(perBlock))),
    ];
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
      body({ frame, job, scratch, word, x, out, bias, a, row, rows, column, columns }),
    ];
  };
}

/** The panels of `a` of so many rows. */
export const rowPanels = (of: Operand): Code<"i32"> => i32.shr_u(i32.add(of, 3), 2);

/** Computes one block of a job in `scratch`. */
export const contractBlock: Definition = blockOf((block) => {
  const { frame, job, scratch, word, x, out, bias, a, row, rows, column, columns } = block;
  const [k, depth, tiles] = frame.several(3);
  return [
    tiles.set(i32.add(scratch, words4(i32.mul(word("columnsPerBlock"), word("depthPerBlock"))))),
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
      i32.add(job, contraction.offset("low")),
    ),
  ];
});

const words4 = (count: Operand): Code<"i32"> => i32.shl(count, 2);
const sum = (first: Operand, ...more: readonly Operand[]): Operand => more.reduce((a, b) => i32.add(a, b), first);
