// A heatmap as the sum of what runs through each channel of a hidden layer.
import { allFeatures, CRP, epsilonPlusFlat, heatmap, LRP, Tensor } from "relprop";
import { digit } from "./digits.js";
import { drawing, inset, label } from "./pen.js";

const NODE = "features.8";

export async function parts() {
  const { model, input } = await digit("7-a");
  const lrp = new LRP(model, epsilonPlusFlat());
  const whole = lrp.analyze(input);
  const { concepts } = new CRP(lrp, NODE, allFeatures()).concepts(input);
  const sum = (relevance) => relevance.data.reduce((total, r) => total + r, 0);
  const sorted = concepts.toSorted((a, b) => b.atNode[0] - a.atNode[0]);
  const rest = new Float32Array(whole.relevance.size);
  for (const { relevance } of sorted.slice(3)) relevance.data.forEach((r, i) => (rest[i] += r));
  const all = sum(whole.relevance);
  const limit = whole.relevance.data.reduce((most, r) => Math.max(most, Math.abs(r)), 0);
  const shown = [
    ["the heatmap", whole.relevance],
    ...sorted.slice(0, 3).map(({ ids, relevance }) => [`channel ${ids[0]}`, relevance]),
    [`${sorted.length - 3} others`, new Tensor(whole.relevance.shape, rest)],
  ];
  const shapes = shown.flatMap(([name, relevance], i) => {
    const [x, y] = i === 0 ? [16, 96] : [180 + ((i - 1) % 2) * 140, 40 + Math.floor((i - 1) / 2) * 160];
    const share = `${((100 * sum(relevance)) / all).toFixed(0)} %`;
    return [
      label(x, y - 12, name, { bold: true }), inset(x, y, 96, heatmap(relevance, { normalize: { limit } })),
      label(x, y + 114, share, { fill: "faint" }),
      ...(i === 0 ? [] : [label(x - 26, y + 54, i === 1 ? "=" : "+", { size: 18 })]),
    ];
  });
  const alt = `A heatmap as the sum of what runs through three channels of ${NODE} and through the others`;
  return drawing(330, shapes, alt);
}
