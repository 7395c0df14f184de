/** The weights of all gates of a recurrent cell, one block of rows per gate. */
import {
  checkTensor, dims, formatShape, keep, kernels, optionsOf, ShapeError, zeros, type Tensor,
} from "@relprop/tensor";

/** Some gates that stand next to one another: their rows of every parameter. */
export interface GateBlock {
  readonly gates: number;
  /** `[gates · hidden, features]` */
  readonly input: Float32Array;
  /** `[gates · hidden, hidden]` */
  readonly recurrent: Float32Array;
  /** `[gates · hidden]` */
  readonly bias: Float32Array;
}

/** What a recurrent cell's weights are made of. */
export interface GateParameters {
  /** `W`, `[gates · hidden, features]`: a block of rows per gate. */
  readonly weight: Tensor;
  /** `U`, `[gates · hidden, hidden]`. */
  readonly recurrent: Tensor;
  /** `b`, `[gates · hidden]`; 0 if absent. */
  readonly bias?: Tensor | undefined;
  /** `b′`, `[gates · hidden]`, added where `U h` is; 0 if absent. */
  readonly recurrentBias?: Tensor | undefined;
}

/** `W x + U h + b` of several gates at once. Blocks are the same arrays whenever they are asked for. */
export class GateWeights {
  readonly gates: number;
  readonly hidden: number;
  readonly features: number;
  /** `b′` where it is added apart; `undefined` where it is part of every block's bias. */
  readonly apart: Float32Array | undefined;
  readonly #whole: GateBlock;
  readonly #blocks = new Map<string, GateBlock>();

  /** Throws a `ShapeError` where parameters do not fit; `apart` keeps `b′` out of the bias. */
  constructor(who: string, gates: number, parameters: GateParameters, apart = false) {
    const { weight, recurrent, bias, recurrentBias } = optionsOf(who, parameters);
    for (const [name, given] of Object.entries({ weight, recurrent, bias, recurrentBias })) {
      if (given !== undefined || !name.endsWith("ias")) checkTensor(`${who} ${name}`, given);
    }
    const [rows, features] = dims(`${who} weight`, weight.shape, 2);
    const hidden = recurrent.shape[1] ?? 0;
    const fits = recurrent.shape.length === 2 && recurrent.shape[0] === rows && rows === gates * hidden && hidden > 0;
    if (!fits) {
      throw new ShapeError(
        `${who}: takes a weight [${gates} · hidden, features] and a recurrent one [${gates} · hidden, hidden], ` +
          `got ${formatShape(weight.shape)} and ${formatShape(recurrent.shape)}`,
      );
    }
    for (const each of [bias, recurrentBias]) {
      if (each !== undefined && !(each.shape.length === 1 && each.size === rows)) {
        throw new ShapeError(`${who}: takes biases [${rows}], got ${formatShape(each.shape)}`);
      }
    }
    this.gates = gates;
    this.hidden = hidden;
    this.features = features;
    this.apart = apart ? recurrentBias?.data : undefined;
    const whole = keep(() => zeros([rows])).data;
    for (let i = 0; i < rows; i++) whole[i] = (bias?.data[i] ?? 0) + (apart ? 0 : (recurrentBias?.data[i] ?? 0));
    this.#whole = { gates, input: weight.data, recurrent: recurrent.data, bias: whole };
  }

  /** The rows of the gates in `[from, to)`. */
  block(from: number, to: number): GateBlock {
    if (from === 0 && to === this.gates) return this.#whole;
    const key = `${from}:${to}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) return known;
    const [first, last] = [from * this.hidden, to * this.hidden];
    const { input, recurrent, bias } = this.#whole;
    const made = {
      gates: to - from,
      input: input.subarray(first * this.features, last * this.features),
      recurrent: recurrent.subarray(first * this.hidden, last * this.hidden),
      bias: bias.subarray(first, last),
    };
    this.#blocks.set(key, made);
    return made;
  }

  /** `out ← U h` for every sample. */
  fromState({ gates, recurrent }: GateBlock, h: Float32Array, out: Float32Array): void {
    const samples = h.length / this.hidden;
    kernels().dense(samples, gates * this.hidden, this.hidden, h, recurrent, undefined, out);
  }

  /** `out ← Uᵀ s` for every sample. */
  toState({ gates, recurrent }: GateBlock, s: Float32Array, out: Float32Array): void {
    const samples = out.length / this.hidden;
    kernels().denseTransposed(samples, gates * this.hidden, this.hidden, s, recurrent, out);
  }

  /** The gates in `[from, to)` of `s`, `[samples, gates · hidden]`, laid together where there is room for them. */
  packed(s: Float32Array, from: number, to: number, room: Float32Array): Float32Array {
    const [whole, width] = [this.gates * this.hidden, (to - from) * this.hidden];
    const samples = s.length / whole;
    const first = from * this.hidden;
    for (let n = 0; n < samples; n++) {
      for (let j = 0; j < width; j++) room[n * width + j] = s[n * whole + first + j]!;
    }
    return room.subarray(0, samples * width);
  }
}
