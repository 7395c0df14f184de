/**
 * A convolution, forward or transposed, as passes that each gather: output `q` of a pass reads, for every tap, the
 * source at `q · sourceStep + shift` and is written at `q · outStep + outStart`. Forward there is one pass; transposed
 * with stride s there is one for each residue of the position modulo s, which no other pass writes.
 */
import type { ConvGeometry } from "./geometry.ts";

/** One axis of a pass. */
export interface PassAxis {
  readonly count: number;
  readonly sourceStep: number;
  readonly outStep: number;
  readonly outStart: number;
  /** Taps in the order of their shifts. */
  readonly taps: readonly { readonly tap: number; readonly shift: number }[];
}

/** Depth, height and width of a pass. */
export type Pass = readonly [PassAxis, PassAxis, PassAxis];

/** What `conv` does. */
export function forwardPasses({ output, kernel, stride, padding, dilation }: ConvGeometry): readonly Pass[] {
  const axis = (a: 0 | 1 | 2): PassAxis => ({
    count: output[a],
    sourceStep: stride[a],
    outStep: 1,
    outStart: 0,
    taps: Array.from({ length: kernel[a] }, (_, tap) => ({ tap, shift: tap * dilation[a] - padding[a] })),
  });
  return [[axis(0), axis(1), axis(2)]];
}

/** What `convTransposed` does; passes may have no taps where the stride exceeds the kernel. */
export function transposedPasses({ input, kernel, stride, padding, dilation }: ConvGeometry): readonly Pass[] {
  const axes = ([0, 1, 2] as const).map((a) =>
    Array.from({ length: Math.min(stride[a], input[a]) }, (_, start): PassAxis => {
      const shifts = Array.from({ length: kernel[a] }, (_, tap) => ({
        tap,
        shift: (start + padding[a] - tap * dilation[a]) / stride[a],
      }));
      return {
        count: Math.ceil((input[a] - start) / stride[a]),
        sourceStep: 1,
        outStep: stride[a],
        outStart: start,
        taps: shifts.filter(({ shift }) => Number.isInteger(shift)).reverse(),
      };
    }));
  return axes[0]!.flatMap((z) => axes[1]!.flatMap((y) => axes[2]!.map((x): Pass => [z, y, x])));
}

/** How far passes read in front of and behind a source axis of this extent. */
export function reach(passes: readonly Pass[], axis: 0 | 1 | 2, extent: number): readonly [number, number] {
  let [before, after] = [0, 0];
  for (const { [axis]: { count, sourceStep, taps } } of passes) {
    for (const { shift } of taps) {
      before = Math.max(before, -shift);
      after = Math.max(after, shift + (count - 1) * sourceStep - (extent - 1));
    }
  }
  return [before, after];
}
