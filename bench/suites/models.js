/** Whole networks with random weights: the forward pass, and an explanation by every preset. */
import { LRP, presets } from "@relprop/lrp";
import { leNet5, randomTensor, resNet18, vgg16 } from "../networks.js";
import { generator } from "../random.js";

/** LeNet-5 with one image and with 64, ResNet-18 and VGG16. */
export function cases({ tiny = false } = {}) {
  const networks = tiny
    ? { "LeNet-5": [leNet5, [1, 1, 28, 28]], "thin ResNet-18": [() => resNet18({ thin: 32 }), [1, 3, 32, 32]] }
    : {
        "LeNet-5": [leNet5, [1, 1, 28, 28]],
        "LeNet-5 x64": [leNet5, [64, 1, 28, 28]],
        "ResNet-18": [resNet18, [1, 3, 224, 224]],
        VGG16: [vgg16, [1, 3, 224, 224]],
      };
  return Object.entries(networks).flatMap(([name, [build, shape]]) => {
    let made;
    const network = () => (made ??= { model: build(), input: randomTensor(shape, generator(2)) });
    const forward = {
      label: `${name} forward`,
      make() {
        const { model, input } = network();
        const lrp = new LRP(model);
        return () => lrp.scratch(() => model.predict(input).size);
      },
    };
    const explanations = Object.entries(presets).map(([preset, composite]) => ({
      label: `${name} ${preset}`,
      make() {
        const { model, input } = network();
        const lrp = new LRP(model, composite());
        return () => lrp.analyze(input).relevance.size;
      },
    }));
    return [forward, ...explanations];
  });
}
