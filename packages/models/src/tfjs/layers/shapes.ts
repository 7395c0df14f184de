/** The same elements in another shape or order. */
import { Expand, Flatten, Reshape, Transpose, Unsqueeze } from "@relprop/layers";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";

const IDENTITIES = [
  "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise",
  "AlphaDropout", "ActivityRegularization", "Identity", "RandomBrightness", "RandomContrast", "RandomFlip",
  "RandomHeight", "RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom",
];

/** Reshaping, and what does nothing outside of training. */
export const shapes: readonly (readonly [string, KerasLayer])[] = [
  ...IDENTITIES.map((name): readonly [string, KerasLayer] => [name, (call) => call.input]),
  ["Flatten", flatten],
  ["Reshape", (call) => call.emit(new Reshape(call.config.numbers("target_shape") ?? []), [call.asGiven(call.input)])],
  ["Permute", (call) => {
    const order = call.config.numbers("dims") ?? [];
    return call.emit(new Transpose([0, ...order]), [call.asGiven(call.input)]);
  }],
  ["RepeatVector", (call) => {
    const times = call.config.number("n") ?? 0;
    const whole = Number.isInteger(times) && times >= 1 && times <= 2 ** 20;
    if (!whole) throw new RangeError(`takes a whole n from 1 to 2^20, got ${times}`);
    return call.emit(new Expand([times, 1]), [call.emit(new Unsqueeze([1]), [call.input], ".unsqueeze")]);
  }],
];

/** In the user's order of elements; where channels are all there is, any order is theirs. */
function flatten(call: LayerCall): Stream {
  const isFlat = call.input.shape.slice(2).every((extent) => extent === 1);
  return call.emit(new Flatten(), [isFlat ? call.input : call.asGiven(call.input)]);
}
