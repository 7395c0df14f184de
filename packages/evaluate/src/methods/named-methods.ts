/** Methods by the names that command lines and tables know. */
import type { Model } from "@relprop/layers";
import {
  deconvNet, excitationBackprop, guidedBackprop, inputGradient, inputXGradient, integratedGradients, occlusion,
  smoothGrad, type Analyzer,
} from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import type { MaskingOptions } from "../run/masked-model.ts";
import type { Method, RelevanceFunction } from "../run/method.ts";
import { patches } from "../units/patches.ts";
import type { UnitChoice } from "../units/units.ts";
import { deepLift } from "./deep-lift.ts";
import { kernelShap } from "./kernel-shap.ts";
import { gradCam } from "./layer-methods.ts";

/** How units are hidden by methods that hide some. */
export type Hiding = Pick<MaskingOptions, "units" | "imputer" | "layout">;

/** Makes a method for a model. */
export const namedMethods: Readonly<Record<string, (model: Model, hiding?: Hiding) => Method>> = {
  "gradient": (model) => inputGradient(model),
  "input-x-gradient": (model) => inputXGradient(model),
  "integrated-gradients": (model) => integratedGradients(model, { steps: 32 }),
  "smooth-grad": (model) => smoothGrad(model, { samples: 32 }),
  "guided-backprop": (model) => guidedBackprop(model),
  "deconv-net": (model) => deconvNet(model),
  "excitation-backprop": (model) => excitationBackprop(model),
  "deep-lift": (model) => deepLift(model),
  "grad-cam": (model) => lastMapCam(model),
  "occlusion": (model) => overPictures(occlusion(model), occlusion(model, { window: 4, stride: 2 })),
  "kernel-shap": (model, hiding) =>
    overUnits((units) => kernelShap(model, { ...units, ...hiding, subsets: 512 })),
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

/** One way for rows of features, another for pictures and series. */
function overPictures(ofRows: Analyzer, ofPictures: Analyzer): Method {
  return {
    analyze: (input, options) => (input instanceof Tensor && input.shape.length > 2 ? ofPictures : ofRows)
      .analyze(input, options),
  };
}

/** With patches that make eight of them along the longest axis, so that Shapley values can be told apart. */
function overUnits(of: (units: { readonly units?: UnitChoice }) => RelevanceFunction): RelevanceFunction {
  return (input, target, others) => {
    // Features of a row and tokens are units by themselves.
    if (input.shape.length < 3) return of({})(input, target, others);
    const longest = input.shape.slice(2).reduce((a, b) => Math.max(a, b), 1);
    return of({ units: patches(Math.ceil(longest / 8)) })(input, target, others);
  };
}
