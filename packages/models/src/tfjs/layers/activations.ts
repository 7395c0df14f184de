/** Activations, as layers and as settings of other layers. */
import {
  ActivationLayer, clip, elu, exp, gelu, geluTanh, hardSigmoid, identity, leakyRelu, mish, PRelu, relu, relu6, selu,
  sigmoid, silu, Softmax, softplus, softsign, tanh, threshold, type Activation,
} from "@relprop/layers";
import { permuted } from "../../strided.ts";
import type { Json } from "../../json.ts";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import { Settings } from "../settings.ts";
import type { Stream } from "../streams.ts";

const BY_NAME: ReadonlyMap<string, Activation> = new Map([
  ["elu", elu()], ["exponential", exp], ["gelu", gelu], ["gelu_new", geluTanh], ["hard_sigmoid", hardSigmoid(0.2, 0.5)],
  ["hardSigmoid", hardSigmoid(0.2, 0.5)], ["mish", mish], ["relu", relu], ["relu6", relu6], ["selu", selu()],
  ["sigmoid", sigmoid], ["silu", silu], ["softplus", softplus()], ["softsign", softsign], ["swish", silu], ["tanh",
    tanh],
]);

/** Layers that are activations. */
export const activations: readonly (readonly [string, KerasLayer])[] = [
  ["Activation", (call) => activated(call, call.input, "")],
  ["ReLU", rectified],
  ["LeakyReLU", (call) => {
    const slope = call.config.number("alpha") ?? call.config.number("negative_slope") ?? 0.3;
    return call.emit(new ActivationLayer(leakyRelu(slope)));
  }],
  ["ELU", (call) => call.emit(new ActivationLayer(elu(call.config.number("alpha") ?? 1)))],
  ["ThresholdedReLU", (call) => call.emit(new ActivationLayer(threshold(call.config.number("theta") ?? 1)))],
  ["PReLU", (call) => {
    const alpha = call.maybeWeight("alpha");
    if (alpha === undefined) throw new RangeError("takes a weight alpha, got none");
    if (!call.input.channelsFirst) return call.emit(new PRelu(alpha));
    const rank = alpha.shape.length;
    return call.emit(new PRelu(permuted(alpha, [rank - 1, ...Array.from({ length: rank - 1 }, (_, axis) => axis)])));
  }],
  ["Softmax", (call) => softmax(call, call.input, call.config.number("axis") ?? -1, "")],
];

/** The activation of a name, where it is a function of one number; throws for others. */
export function activationNamed(name: string): Activation {
  const activation = name === "linear" ? identity : BY_NAME.get(name);
  if (activation === undefined) {
    throw new RangeError(`takes activations ${["linear", ...BY_NAME.keys()].join(", ")}, got ${name}`);
  }
  return activation;
}

/** The stream behind the activation that the layer's settings name, in a node called after it unless told otherwise. */
export function activated(call: LayerCall, stream: Stream, suffix?: string): Stream {
  const name = nameIn(call.config.any("activation")) ?? "linear";
  if (name === "linear") return stream;
  if (name === "softmax") return softmax(call, stream, -1, suffix ?? ".softmax");
  const activation = BY_NAME.get(name);
  if (activation === undefined) {
    const takes = ["linear", "softmax", ...BY_NAME.keys()].join(", ");
    throw new RangeError(`takes activations ${takes}, got ${name}`);
  }
  return call.emit(new ActivationLayer(activation), [stream], suffix ?? `.${name}`);
}

/** The name of an activation: a word, or a function that Keras 3 describes. */
function nameIn(given: Json | undefined): string | undefined {
  if (given === undefined || given === null || typeof given === "string") return given ?? undefined;
  const described = new Settings(given, "activation");
  const name = described.text("class_name") === "function" ? described.any("config") : undefined;
  if (typeof name !== "string") throw new RangeError("takes the name of an activation, got an object that has none");
  return name;
}

function softmax(call: LayerCall, stream: Stream, axis: number, suffix: string): Stream {
  const rank = stream.shape.length;
  const isLast = axis === -1 || axis === rank - 1;
  if (stream.channelsFirst && isLast) return call.emit(new Softmax(1), [stream], suffix);
  return call.emit(new Softmax(axis), [call.asGiven(stream)], suffix);
}

/** `min(x, max_value)` above the threshold, `negative_slope · (x − threshold)` below. */
function rectified(call: LayerCall): Stream {
  const { config } = call;
  const [largest, slope] = [config.number("max_value"), config.number("negative_slope") ?? 0];
  if ((config.number("threshold") ?? 0) !== 0 || (slope !== 0 && largest !== undefined)) {
    throw new RangeError("takes a ReLU with a slope or an upper bound and no threshold, got another");
  }
  const bounded = largest === undefined ? relu : largest === 6 ? relu6 : clip(0, largest);
  return call.emit(new ActivationLayer(slope === 0 ? bounded : leakyRelu(slope)));
}
