/** Methods that explain by what a hidden node saw: Grad-CAM, and gradient × activation at any node. */
import type { Model } from "@relprop/layers";
import { checkGivenModel, startAt, outputOf, type AnalyzeOptions } from "@relprop/lrp";
import { multiply, optionsOf, Tensor } from "@relprop/tensor";
import type { Explaining } from "../run/method.ts";
import { gridOf } from "../units/grid.ts";
import { gradientOf, ofOneSample } from "./gradients.ts";
import { overChannels, spreadOver } from "./spread.ts";

/** An explanation read off a hidden node. */
export interface LayerExplanation {
  /** In the input's shape: what its positions have at the node, enlarged. */
  readonly relevance: Tensor;
  /** In the node's own shape. */
  readonly atNode: Tensor;
}

/** A method that returns what it found at its node too. */
export interface LayerMethod extends Explaining {
  analyze(input: Tensor, options?: AnalyzeOptions): LayerExplanation;
}

/**
 * `Σ_k α_k A_k`, where α_k is the mean gradient of channel k of a node (Selvaraju et al. 2017), and where that is above
 * 0 unless `signed`.
 */
export function gradCam(
  model: Model, node: string, options: { readonly signed?: boolean } = {},
): LayerMethod {
  const { signed = false } = optionsOf("gradCam", options);
  return atNode("gradCam", model, node, (activation, gradient) => {
    const grid = gridOf("gradCam", activation.shape, model.layout(node));
    const means = new Float64Array(grid.channels);
    gradient.data.forEach((value, i) => {
      means[grid.channelOf(i)]! += value / grid.positions;
    });
    const weighed = new Tensor(activation.shape, activation.data.map((value, i) => value * means[grid.channelOf(i)]!));
    return { weighed, finish: (value) => (signed ? value : Math.max(0, value)) };
  });
}

/** `A ⊙ ∂f/∂A` at a node, summed over its channels. */
export function layerGradientXActivation(model: Model, node: string): LayerMethod {
  return atNode("layerGradientXActivation", model, node, (activation, gradient) => ({
    weighed: multiply(activation, gradient), finish: (value) => value,
  }));
}

/** What a node's elements say, and what becomes of their sum over the channels of a position. */
interface Weighed {
  readonly weighed: Tensor;
  finish(value: number): number;
}

function atNode(
  who: string, model: Model, node: string, weigh: (activation: Tensor, gradient: Tensor) => Weighed,
): LayerMethod {
  checkGivenModel(who, model);
  model.node(node);
  const lrp = gradientOf(model);
  return {
    analyze: ofOneSample(who, (input, options) => {
      const tape = lrp.forward(input);
      const name = outputOf(model, options.output);
      const target = startAt(
        tape.value(name), options.target ?? "max", "one", model.layout(name), input.shape[0],
      ).relevance;
      const gradient = lrp.analyze(tape, { ...options, target, layers: [node] }).layers.get(node)!;
      const { weighed, finish } = weigh(tape.value(node), gradient);
      const { extents, values } = overChannels(weighed, model.layout(node));
      const layout = model.layout(model.inputs[0]!.name);
      return { relevance: spreadOver(input, layout, { extents, values: values.map(finish) }), atNode: weighed };
    }),
  };
}
