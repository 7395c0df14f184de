/** Differences from a baseline, sent back through the network: DeepLIFT with the rescale rule. */
import { isAffine, type AffineLayer, type Model } from "@relprop/layers";
import {
  checkGivenModel, onlyCopy, outputOf, perCopy, record, startAt, walk, type Propagation, type Seen, type TapeStep,
} from "@relprop/lrp";
import { clone, multiply, optionsOf, sharedArena, Tensor, type Value } from "@relprop/tensor";
import type { Explaining } from "../run/method.ts";
import { ofOneSample } from "./gradients.ts";

/**
 * `(x − x₀) ⊙ m`, where the multipliers m of a nonlinearity are the slope of its chord, `Δy / Δx`, and those of linear
 * layers their weights (Shrikumar et al. 2017, rescale rule). Relevance adds up to `f(x) − f(x₀)`. Of maxima what rose
 * goes to the winner at x and what fell to that at x₀. The baseline is an input or one number; 0 by default.
 */
export function deepLift(model: Model, options: { readonly baseline?: Tensor | number } = {}): Explaining {
  const { baseline = 0 } = optionsOf("deepLift", options);
  checkGivenModel("deepLift", model);
  return {
    analyze: ofOneSample("deepLift", (input, options) => {
      const from = typeof baseline === "number" ? new Tensor(input.shape, input.data.map(() => baseline)) : baseline;
      const name = outputOf(model, options.output);
      return sharedArena().run(() => {
        const [tape, before] = [record(model, [input] as Value[]), record(model, [from] as Value[])];
        const other = new Map(before.steps.map(({ node, seen }) => [node.name, seen]));
        const { relevance: start } = startAt(
          tape.value(name), options.target ?? "max", "one", model.layout(name), input.shape[0],
        );
        const [multipliers] = walk(
          tape, (step) => rescaled(step, other.get(step.node.name)!), new Map([[name, onlyCopy(start)]]),
        );
        const data = input.data.map((x, i) => (x - from.data[i]!) * (multipliers?.data[i] ?? 0));
        return { relevance: clone(new Tensor(input.shape, data)) };
      });
    }),
  };
}

/** How multipliers go back through a layer, from what it saw at x and at the baseline. */
function rescaled({ node, layer }: TapeStep, before: Seen): Propagation {
  return (seen, relevance) => perCopy(relevance, (s) => {
    if (isAffine(layer)) return affine(layer, seen, before, s);
    if (layer.elementwise === true || layer.role === "activation") {
      const [after] = seen.back(s);
      return [chord(seen.inputs[0]!, before.inputs[0]!, seen.output, before.output, s, after!)];
    }
    if (LINEAR.has(layer.kind) || layer.role === "sum" || layer.role === "average" || layer.rearranges === true) {
      return seen.back(s);
    }
    if (layer.role === "route" && seen.inputs.length === 1) return maxima(seen, before, s);
    throw new RangeError(
      `deepLift: takes linear layers, activations, sums, means and maxima, got "${node.name}" (${layer.kind})`,
    );
  });
}

const LINEAR: ReadonlySet<string> = new Set(["Concat", "Pad", "Upsample", "Expand"]);

function affine(layer: AffineLayer, seen: Seen, before: Seen, s: Tensor): readonly Tensor[] {
  const [z, z0] = [seen.preactivation ?? seen.output, before.preactivation ?? before.output];
  const bare = layer.withParameters(layer.weight, layer.bias);
  const slopes = z === seen.output ? s : chord(z, z0, seen.output, before.output, s, slopeAt(layer, z, s));
  return [bare.transpose(onlyCopy(slopes), seen.inputs[0]!.shape).reshape(seen.inputs[0]!.shape)];
}

function slopeAt({ activation }: AffineLayer, z: Tensor, s: Tensor): Tensor {
  return new Tensor(z.shape, s.data.map((each, i) => each * activation.slope(z.data[i]!)));
}

/** `s ⊙ Δy / Δx`, and what the slope gives where x hardly moved. */
function chord(x: Tensor, x0: Tensor, y: Tensor, y0: Tensor, s: Tensor, slope: Tensor): Tensor {
  return new Tensor(x.shape, s.data.map((each, i) => {
    const moved = x.data[i]! - x0.data[i]!;
    const size = Math.max(Math.abs(x.data[i]!), Math.abs(x0.data[i]!));
    return Math.abs(moved) <= 1e-6 * size || moved === 0 ? slope.data[i]! : (each * (y.data[i]! - y0.data[i]!)) / moved;
  }));
}

function maxima(seen: Seen, before: Seen, s: Tensor): readonly Tensor[] {
  const { output: y } = seen;
  const rose = new Tensor(y.shape, y.data.map((value, i) => Math.max(0, value - before.output.data[i]!)));
  const fell = new Tensor(y.shape, y.data.map((value, i) => Math.min(0, value - before.output.data[i]!)));
  const [up] = seen.back(multiply(s, rose));
  const [down] = before.back(multiply(s, fell));
  const [x, x0] = [seen.inputs[0]!, before.inputs[0]!];
  return [new Tensor(x.shape, up!.data.map((value, i) => {
    const moved = x.data[i]! - x0.data[i]!;
    return moved === 0 ? 0 : (value + down!.data[i]!) / moved;
  }))];
}
