/** Tables that depend on a few numbers: windows of signal processing, frequency bands. */
import type { Constant } from "../constant.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import { castType } from "./elementwise.ts";
import type { Outcome } from "./outcome.ts";

/** Cosine windows, and weights of the mel scale. */
export const windowFolds: readonly (readonly [string, Fold])[] = [
  ["BlackmanWindow", (call) => [cosines(call, [0.42, -0.5, 0.08])]],
  ["HammingWindow", (call) => [cosines(call, [25 / 46, -21 / 46])]],
  ["HannWindow", (call) => [cosines(call, [0.5, -0.5])]],
  ["MelWeightMatrix", melWeights],
];

const chosen: Outcome["type"] = ({ attributes }) => castType(attributes.integer("output_datatype") ?? 1);

/** What is known of them beforehand. */
export const windowOutcomes: readonly (readonly [string, Outcome])[] = [
  ...["BlackmanWindow", "HammingWindow", "HannWindow"].map(
    (name): [string, Outcome] => [name, { decisive: [0], type: chosen, rank: () => 1 }],
  ),
  ["MelWeightMatrix", { decisive: [0, 1, 2, 3, 4], ends: true, type: chosen, rank: () => 2 }],
];

/** `Σ_k a_k cos(2π k n / N)`; N is one less where the window is symmetric. */
function cosines(call: FoldCall, factors: readonly number[]): Constant {
  const size = input(call, 0).data[0] ?? NaN;
  if (!(Number.isInteger(size) && size >= 0)) throw new RangeError(`takes a whole size, got ${size}`);
  const dtype = castType(call.attributes.integer("output_datatype") ?? 1);
  const period = call.attributes.integer("periodic") === 0 ? size - 1 : size;
  const data = call.budget.array(dtype, [size]);
  for (let n = 0; n < size; n++) {
    data[n] = factors.reduce((sum, factor, k) => sum + factor * Math.cos((2 * Math.PI * k * n) / period), 0);
  }
  return { dtype, shape: [size], data };
}

/** Triangles whose corners lie evenly on the mel scale, rounded down to the bins of a spectrum. */
function melWeights(call: FoldCall): readonly Constant[] {
  const [bands, length, rate, from, to] = [0, 1, 2, 3, 4].map((i) => input(call, i).data[0] ?? NaN) as [
    number, number, number, number, number,
  ];
  const bins = Math.floor(length / 2) + 1;
  if (!(Number.isInteger(bands) && bands >= 1 && Number.isInteger(bins) && bins >= 1)) {
    throw new RangeError(`takes whole numbers of bands and bins, got ${bands} and ${length}`);
  }
  call.budget.positions.take(bands);
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const [low, high] = [mel(from), mel(to)];
  const step = (high - low) / (bands + 2);
  const corners = Array.from({ length: bands + 2 }, (_, i) => {
    const hertz = 700 * (10 ** ((low + i * step) / 2595) - 1);
    return Math.floor(((length + 1) * hertz) / rate);
  });
  const dtype = castType(call.attributes.integer("output_datatype") ?? 1);
  const data = call.budget.array(dtype, [bins, bands]);
  for (let band = 0; band < bands; band++) {
    const [left, centre, right] = corners.slice(band, band + 3) as [number, number, number];
    const put = (bin: number, weight: number): void => {
      if (bin >= 0 && bin < bins) data[bin * bands + band] = weight;
    };
    if (centre === left) put(centre, 1);
    const [first, last] = [Math.max(left, 0), Math.min(centre, bins)];
    if (centre !== left) for (let bin = first; bin <= last; bin++) put(bin, (bin - left) / (centre - left));
    for (let bin = Math.max(centre, 0); bin < Math.min(right, bins); bin++) put(bin, (right - bin) / (right - centre));
  }
  return [{ dtype, shape: [bins, bands], data }];
}
