/** A layer applied to every step of a sequence: steps become samples, and samples steps again. */
import { Reshape, type Described, type Operator } from "@relprop/layers";
import type { Shape } from "@relprop/tensor";
import type { Settings } from "./settings.ts";
import type { Stream, Streams } from "./streams.ts";
import type { KerasWeights } from "./weights-manifest.ts";

const ROUTE = { kind: "Reshape", role: "route", keepsSign: true, rearranges: true } as const;

/** `[N, T, …]` as `[N · T, …]`. */
export function merged(streams: Streams, name: string, given: Stream): Stream {
  const x = streams.asGiven(given);
  const [batch = 1, steps = 1, ...rest] = x.shape;
  if (x.shape.length < 3) throw new RangeError(`takes sequences [N, T, …], got ${x.shape.length} axes`);
  const operator: Operator = {
    ...ROUTE,
    lower: ([input]: readonly Described[]) =>
      ({ layer: new Reshape([-1, ...input!.shape.slice(2)], { from: 0 }), reads: [0] }),
  };
  return streams.decide(`${name}.steps`, operator, [x], [batch * steps, ...rest]);
}

/** `[N · T, …]` as `[N, T, …]`, for the sequence that was merged. */
export function parted(streams: Streams, name: string, output: Stream, sequence: Stream): Stream {
  const [y, x] = [streams.asGiven(output), streams.asGiven(sequence)];
  const operator: Operator = {
    ...ROUTE,
    lower: ([made, from]: readonly Described[]) =>
      ({ layer: new Reshape([-1, from!.shape[1]!, ...made!.shape.slice(1)], { from: 0 }), reads: [0] }),
  };
  const shape: Shape = [x.shape[0]!, x.shape[1]!, ...y.shape.slice(1)];
  return streams.decide(name, operator, [y, x], shape);
}

/** The layer within, under the name that its weights have: its own, or that of what wraps it. */
export function innerLayer(wrapper: Settings, weights: KerasWeights): Settings {
  const inner = wrapper.settings("layer");
  const config = inner.settings("config");
  const [own = "", outer = ""] = [config.text("name"), wrapper.text("name")];
  return weights.has(own) || !weights.has(outer) ? inner : inner.with("config", config.with("name", outer));
}
