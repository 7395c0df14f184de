/** Methods by the names that command lines and tables know. */
import type { Model } from "@relprop/layers";
import {
  deconvNet, excitationBackprop, guidedBackprop, inputGradient, inputXGradient, integratedGradients, occlusion,
  smoothGrad,
} from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import type { Method, RelevanceFunction } from "../run/method.ts";
import { patches } from "../units/patches.ts";
import { deepLift } from "./deep-lift.ts";
import { kernelShap } from "./kernel-shap.ts";
import { gradCam } from "./layer-methods.ts";

/** Makes a method for a model. */
export const namedMethods: Readonly<Record<string, (model: Model) => Method>> = {
  "gradient": inputGradient,
  "gradient-x-input": inputXGradient,
  "integrated-gradients": (model) => integratedGradients(model, { steps: 32 }),
  "smooth-grad": (model) => smoothGrad(model, { samples: 32 }),
  "guided-backprop": guidedBackprop,
  "deconvnet": deconvNet,
  "excitation-backprop": excitationBackprop,
  "deep-lift": (model) => deepLift(model),
  "grad-cam": lastMapCam,
  "occlusion": (model) => occlusion(model, { window: 4, stride: 2 }),
  "kernel-shap": (model) => overGrid((side) => kernelShap(model, { units: patches(side), subsets: 512 })),
  "random": () => randomRelevance(),
};

/** Relevance that says nothing: normal numbers, which belong to the values of the input. */
export function randomRelevance(seed = 1): RelevanceFunction {
  return (input) => {
    const random = randomFor(seed, "random relevance", Array.from(input.data.subarray(0, 4096)).join());
    return new Tensor(input.shape, Float32Array.from({ length: input.size }, random.normal));
  };
}

/** Grad-CAM at the last node that has positions, seen from the output. */
function lastMapCam(model: Model): Method {
  return {
    analyze: (input, options) => {
      const shapes = model.shapes(input.shape);
      const spatial = (name: string): boolean => {
        const shape = shapes.get(name);
        return shape?.length === input.shape.length && shape.slice(2).some((extent) => extent > 1);
      };
      const node = model.carriers.findLast(({ name, layer }) => layer.role !== "linear" && spatial(name)) ??
        model.carriers.findLast(({ name }) => spatial(name));
      if (node === undefined) throw new RangeError("grad-cam: takes networks with a node that has positions, got none");
      return gradCam(model, node.name).analyze(input, options);
    },
  };
}

/** With patches that make eight of them along the longest axis, so that Shapley values can be told apart. */
function overGrid(of: (side: number) => RelevanceFunction): RelevanceFunction {
  return (input, target, others) => {
    const longest = input.shape.slice(2).reduce((a, b) => Math.max(a, b), 1);
    return of(Math.ceil(longest / 8))(input, target, others);
  };
}
