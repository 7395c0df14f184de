/** Pictures that follow one another: convolutions that remember. */
import { ActivationLayer, Add, Concat, Conv, Multiply, Slice, Squeeze, Unsqueeze } from "@relprop/layers";
import { permuted } from "../../strided.ts";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";
import { activationNamed } from "./activations.ts";
import { slidingOf } from "./sliding.ts";

/** `ConvLSTM2D`, taken step by step. */
export const films: readonly (readonly [string, KerasLayer])[] = [["ConvLSTM2D", film]];

function film(call: LayerCall): Stream {
  const { config } = call;
  for (const flag of ["return_state", "stateful"]) {
    if (config.flag(flag) === true) throw new RangeError(`takes ${flag} false, got true`);
  }
  if (call.userHasChannelsFirst) throw new RangeError("takes data_format channels_last, got channels_first");
  const x = call.asGiven(call.input);
  const [, steps = 0] = x.shape;
  if (x.shape.length !== 5 || x.open[1] === true) {
    throw new RangeError("takes [N, T, H, W, C] of a length that is known: say it by the option shapes");
  }
  const order = Array.from({ length: steps }, (_, i) => (config.flag("go_backwards") === true ? steps - 1 - i : i));
  const step = stepOf(call);
  const shown: Stream[] = [];
  let state: State | undefined;
  for (const at of order) {
    call.take(x.shape.length);
    const part = call.emit(new Slice({ axis: 1, start: at, end: at + 1 }), [x], `.step${at}`);
    state = step(call.turned(call.emit(new Squeeze([1]), [part], `.picture${at}`)), state, `.at${at}`);
    shown.push(state.shown);
  }
  if (state === undefined) throw new RangeError("takes at least one step, got none");
  if (config.flag("return_sequences") !== true) return state.shown;
  const whole = shown.map((each, i) => call.emit(new Unsqueeze([1]), [call.asGiven(each)], `.shown${i}`));
  return call.emit(new Concat(1), whole, ".all");
}

/** What a step hands on: what is shown, and what is kept. */
interface State {
  readonly shown: Stream;
  readonly kept: Stream;
}

/** One step: gates of what comes in and of what was shown before, in Keras' order i, f, c, o. */
function stepOf(call: LayerCall): (picture: Stream, before: State | undefined, suffix: string) => State {
  const { config } = call;
  const [kernel, recurrent] = ["kernel", "recurrent_kernel"].map((name) =>
    permuted(call.weight(name, 4), [3, 2, 0, 1]));
  const bias = call.bias();
  const gate = new ActivationLayer(activationNamed(config.text("recurrent_activation") ?? "hard_sigmoid"));
  const signal = new ActivationLayer(activationNamed(config.text("activation") ?? "tanh"));
  const units = kernel!.shape[0]! / 4;
  return (picture, before, suffix) => {
    const sliding = slidingOf(call, picture, kernel!.shape.slice(2), "dilation_rate");
    const seen = call.emit(new Conv(kernel!, { ...sliding, bias }), [picture], `${suffix}.input`);
    const remembered = before &&
      call.emit(new Conv(recurrent!, { same: "sameUpper" }), [before.shown], `${suffix}.recurrent`);
    const all = remembered === undefined ? seen : call.emit(new Add(), [seen, remembered], `${suffix}.sum`);
    const [i, f, c, o] = ["i", "f", "c", "o"].map((name, k) => {
      const channels = { axis: 1, start: k * units, end: (k + 1) * units };
      const part = call.emit(new Slice(channels), [all], `${suffix}.${name}`);
      return call.emit(name === "c" ? signal : gate, [part], `${suffix}.${name}.gate`);
    }) as [Stream, Stream, Stream, Stream];
    const gated = (by: Stream, value: Stream, name: string): Stream =>
      call.emit(new Multiply({ gating: { factor: 0, as: "gate" } }), [by, value], `${suffix}.${name}`);
    const fresh = gated(i, c, "fresh");
    const kept = before === undefined ? fresh
      : call.emit(new Add(), [gated(f, before.kept, "old"), fresh], `${suffix}.kept`);
    return { kept, shown: gated(o, call.emit(signal, [kept], `${suffix}.signal`), "shown") };
  };
}
