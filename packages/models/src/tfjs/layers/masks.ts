/** Which steps of a sequence are there: what recurrent layers leave out. */
import type { ComputedValue, Described } from "@relprop/layers";
import { Integers, type Value } from "@relprop/tensor";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";

/** `Masking`: steps whose features are all the same value are not there. */
export const masks: readonly (readonly [string, KerasLayer])[] = [
  ["Masking", (call) => {
    const value = call.config.number("mask_value") ?? 0;
    // Keras sets such steps to 0, which they are already.
    if (value !== 0) throw new RangeError(`takes mask_value 0, got ${value}`);
    const x = call.asGiven(call.input);
    return { ...x, mask: maskOf(call, x, value) };
  }],
];

/** `[N, T]`, 1 where a step of `[N, T]` or `[N, T, …]` has anything but this value. */
export function maskOf(call: LayerCall, x: Stream, value: number): Stream {
  const steps = x.shape.slice(0, 2);
  const operator = {
    kind: "NotEqual",
    role: "other" as const,
    lower: ([given]: readonly Described[]): ComputedValue => ({
      type: "bool" as const,
      shape: given!.shape.slice(0, 2),
      compute: ([actual]: readonly Value[]) => compared(actual!, value),
    }),
  };
  return call.decide(operator, [x], steps, { suffix: ".mask", inert: true });
}

function compared({ shape, data }: Value, value: number): Integers {
  const steps = shape.slice(0, 2);
  const rows = steps.reduce((product, extent) => product * extent, 1);
  const width = rows === 0 ? 0 : data.length / rows;
  const out = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let i = row * width; i < (row + 1) * width; i++) if (data[i] !== value) out[row] = 1;
  }
  return new Integers(steps, out, "bool");
}

/** Layers that keep the steps of a sequence apart, so that its mask holds behind them too. */
export const KEEP_MASKS: ReadonlySet<string> = new Set([
  "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dense", "Dropout", "ELU",
  "GaussianDropout", "GaussianNoise", "LayerNormalization", "LeakyReLU", "ReLU", "SpatialDropout1D",
]);

/** Layers that make masks or read them. */
export const USE_MASKS: ReadonlySet<string> = new Set([
  "Bidirectional", "Embedding", "GRU", "LSTM", "Masking", "RNN", "SimpleRNN",
]);
