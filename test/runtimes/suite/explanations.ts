/** The whole way with a trained network: reading it, LRP by every preset, CRP, and the picture. */
import { CRP, allFeatures, topN } from "@relprop/crp";
import { decodeImage, decodePng, heatmap, imageToTensor } from "@relprop/heatmap";
import { LRP, prepare, presets } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { kernels, sum, type Tensor } from "@relprop/tensor";
import type { Check } from "./harness.ts";
import { sha256 } from "./host.ts";

/** The files checks look at, and whether one expectation is to be wrong, so that a run is seen to notice. */
export interface Material {
  readonly model: Uint8Array;
  readonly image: Uint8Array;
  readonly broken: boolean;
}

/** The checks on a network that reads digits and the image of a 4, with the kernels in use. */
export function explanationChecks({ model, image, broken }: Material): readonly Check[] {
  const label = broken ? 3 : 4;
  const network = () => prepare(loadOnnx(model));
  const input = async (): Promise<Tensor> => imageToTensor(await decodeImage(image), { channels: 1 });
  const analyzer = (): LRP => new LRP(network(), presets["epsilon-plus-flat"]!());
  const name = (): string => kernels().name;

  return [
    ["the network says what the image shows", async (it) => {
      it.equal(analyzer().analyze(await input()).target, [label]);
    }],
    ...Object.entries(presets).map(([preset, make]): Check => [`${preset} accounts for all relevance`, async (it) => {
      const { relevance, conservation } = new LRP(network(), make()).analyze(await input());
      const { started, arrived, totals } = conservation;
      const elsewhere = Object.values(totals).reduce((a, b) => a + b, 0);
      it.close(arrived + elsewhere, started, 1e-4);
      it.close(sum(relevance), arrived, 1e-4);
      it.bits(`${name()} ${preset}`, await sha256(relevance.data));
    }]),
    ["several targets share a forward pass and change no bit", async (it) => {
      const [lrp, x] = [analyzer(), await input()];
      const together = lrp.analyzeAll(x, { targets: [4, 9] });
      const alone = [4, 9].map((target) => lrp.analyze(x, { target }).relevance);
      const digests = async (all: readonly Tensor[]): Promise<string> => sha256(...all.map(({ data }) => data));
      it.equal(await digests(together.map(({ relevance }) => relevance)), await digests(alone));
    }],
    ["concepts of a node add up to the whole", async (it) => {
      const [lrp, x] = [analyzer(), await input()];
      const whole = lrp.analyze(x).relevance;
      const { concepts } = new CRP(lrp, "features.4", allFeatures()).concepts(x);
      for (let at = 0; at < whole.size; at += 41) {
        const parts = concepts.reduce((total, { relevance }) => total + relevance.data[at]!, 0);
        it.close(parts, whole.data[at]!, 1e-5);
      }
    }],
    ["the most relevant concepts are the same ones", async (it) => {
      const { concepts } = new CRP(analyzer(), "features.4", topN(3)).concepts(await input());
      const parts = concepts.map(({ relevance }) => relevance.data);
      const ids = new Float32Array(concepts.flatMap(({ ids: found }) => found));
      it.bits(`${name()} concepts`, await sha256(ids, ...parts));
    }],
    ["a heatmap's PNG holds its pixels", async (it) => {
      const picture = heatmap(analyzer().analyze(await input()).relevance, { scale: 2 });
      const { width, height, data } = await decodePng(await picture.png());
      it.equal([width, height], [64, 64]);
      it.equal(await sha256(data), await sha256(picture.rgba().data));
      it.bits(`${name()} pixels`, await sha256(data));
    }],
  ];
}
