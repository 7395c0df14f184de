/**
 * Winograd's F(m × m, 3×3) (Lavin & Gray 2016): a 3×3 convolution in (m + 2)² products per m × m outputs.
 *
 * Four tiles, one to a lane, are a group; two groups fill a panel of the tile product. What the transforms cannot
 * promise is that products of zeros sum to zero, and that small sums are right: errors are as large as the whole tile
 * makes them. Outputs that may be lost among them are computed once more, directly (`winograd-direct.ts`).
 */
import { call, loop, times, when, type Definition } from "../assembler.ts";
import { i32, least, type Code, type Operand } from "../instructions.ts";
import type { Filtering } from "./winograd-algebra.ts";
import { depthPerBlock, groupSize, panelsOf, rowsAtOnce, wordOf, type winogradJob } from "./winograd-words.ts";

/** The steps of a block. */
export interface Steps {
  readonly input: Definition;
  readonly weights: Definition;
  readonly multiply: Definition;
  readonly output: Definition;
}

/** Transforms the input of one block of channels and panels, for blocks of rows that share it. */
export function winogradInput({ inputs }: Filtering, input: Definition): Definition {
  return (frame) => {
    const [job, block] = frame.takes(3);
    const [start, first, target] = frame.several(3);
    const word = wordOf(job);
    return [
      first.set(i32.mul(i32.rem_u(block, word("channelBlocks")), word("channelsPerBlock"))),
      block.set(i32.div_u(block, word("channelBlocks"))),
      target.set(i32.add(word("prepared"), i32.mul(block, word("preparedStep")))),
      start.set(i32.mul(block, word("panelsPerBlock"))),
      call(
        input, job,
        i32.add(word("groups"), i32.mul(start, 2 * groupSize)),
        least(i32.sub(word("panels"), start), word("panelsPerBlock")),
        target, i32.add(target, i32.mul(word("inputStep"), inputs * inputs)),
        first, least(i32.sub(word("channels"), first), word("channelsPerBlock")),
      ),
    ];
  };
}

/** Computes one block of rows and panels. */
export function winogradBlock({ inputs }: Filtering, steps: Steps): Definition {
  const products = inputs * inputs;
  return (frame) => {
    const [job, block, scratch] = frame.takes(3);
    const [panels, groups, input, sums, sizes, weights, k, channel, depth, row, end, rows] = frame.several(12);
    const word = wordOf(job);
    const start = i32.mul(block, word("panelsPerBlock"));
    const part = (base: Operand, step: (typeof winogradJob.names)[number]): Code<"i32"> =>
      i32.add(base, i32.mul(k, word(step)));
    return [
      row.set(i32.mul(i32.rem_u(block, word("rowBlocks")), word("rowsPerBlock"))),
      end.set(least(word("rows"), i32.add(row, word("rowsPerBlock")))),
      block.set(i32.div_u(block, word("rowBlocks"))),
      groups.set(i32.add(word("groups"), i32.mul(start, 2 * groupSize))),
      panels.set(least(i32.sub(word("panels"), start), word("panelsPerBlock"))),
      sums.set(scratch),
      weights.set(i32.add(sums, i32.mul(word("productStep"), products))),
      input.set(i32.add(weights, i32.mul(word("weightStep"), products))),
      when(word("prepared"), input.set(i32.add(word("prepared"), i32.mul(block, word("preparedStep"))))),
      sizes.set(i32.add(input, i32.mul(word("inputStep"), products))),
      when(i32.eqz(word("prepared")), call(steps.input, job, groups, panels, input, sizes, 0, word("channels"))),
      loop(i32.lt_u(row, end), [
        rows.set(least(i32.sub(end, row), rowsAtOnce)),
        times(channel, word("channels"), [
          depth.set(least(i32.sub(word("channels"), channel), depthPerBlock)),
          call(steps.weights, job, row, rows, channel, depth, weights),
          times(k, products, call(
            steps.multiply,
            part(weights, "weightStep"),
            i32.add(part(input, "inputStep"), i32.shl(channel, 5)),
            part(sums, "productStep"),
            panelsOf(rows), panels, depth, i32.sub(word("channels"), depth), i32.eqz(channel),
          )),
        ], depthPerBlock),
        call(steps.output, job, groups, panels, sums, sizes, row, rows),
        row.increase(rowsAtOnce),
      ]),
    ];
  };
}
