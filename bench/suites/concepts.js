/** Concepts at the last convolution of VGG16: 1, 16 and 64 of them beside one explanation without. */
import { CRP, topN } from "@relprop/crp";
import { epsilonPlusFlat, LRP } from "@relprop/lrp";
import { randomTensor, vgg16 } from "../networks.js";
import { generator } from "../random.js";

/** The last convolution of VGG16, whose channels are the concepts. */
export const CONCEPT_NODE = "features.28";

/** One explanation, and the explanations of so many concepts. */
export function cases({ tiny = false } = {}) {
  const size = tiny ? { extent: 32, thin: 32 } : { extent: 224 };
  let made;
  const network = () => (made ??= {
    lrp: new LRP(vgg16(size), epsilonPlusFlat()),
    input: randomTensor([1, 3, size.extent, size.extent], generator(2)),
  });
  const whole = {
    label: "LRP",
    make() {
      const { lrp, input } = network();
      return () => lrp.analyze(input).relevance.size;
    },
  };
  const concepts = (tiny ? [1, 4] : [1, 16, 64]).map((count) => ({
    label: `CRP ${count}`,
    make() {
      const { lrp, input } = network();
      const crp = new CRP(lrp, CONCEPT_NODE, topN(count));
      return () => crp.concepts(input).relevance.size;
    },
  }));
  return [whole, ...concepts];
}
