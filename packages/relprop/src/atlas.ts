/** A concept atlas: which concepts carry a prediction, where they see it, and what they look like elsewhere. */
import {
  conceptRelevance, CRP, referenceCrop, topN, type ConceptStatistics, type Quantity,
} from "@relprop/crp";
import {
  blank, heatmap, paste, sheet, tensorToImage, type Image, type SheetCell, type SheetRow,
} from "@relprop/heatmap";
import type { LRP, Target } from "@relprop/lrp";
import {
  breathe, Integers, optionsOf, Tensor, throwIfAborted, untilAborted, type Abortable, type Layout, type Value,
} from "@relprop/tensor";
import { faded } from "./faded.ts";
import { grayOf } from "./gray.ts";

/** What an atlas shows. */
export interface AtlasOptions extends Abortable {
  /** How many concepts, the most relevant first; 8 by default, or all of fewer. */
  readonly top?: number;
  /** What is explained; `"max"` by default. */
  readonly target?: Target;
  /** The picture that the input was made from; made from the input unless given. */
  readonly image?: Image;
  /** Where the strongest samples of the concepts are looked up. */
  readonly statistics?: ConceptStatistics;
  /** The sample of a number in the statistics, `[1, C, H, W]`. */
  readonly sample?: (id: number) => Value | Promise<Value>;
  /** How many of them are shown; 6 by default. */
  readonly references?: number;
  /** By which quantity they are the strongest; `"relevance"` by default. */
  readonly quantity?: Quantity;
  /** The side of a picture in pixels; 96 by default. */
  readonly cell?: number;
  readonly title?: string;
}

/**
 * A sheet with a row per concept of `node`: its share `r_c / Σ |r|` of the relevance there, the heatmap of the input
 * through it alone, and, where statistics are given, what its neuron saw in its strongest samples: cropped to the
 * receptive field and faded where the neuron did not look.
 */
export async function conceptAtlas(
  lrp: LRP, input: Value, node: string, options: AtlasOptions = {},
): Promise<Image> {
  const { target = "max", statistics, sample, cell = 96, title, signal } = optionsOf("conceptAtlas", options);
  throwIfAborted(signal);
  const tape = lrp.forward(input);
  const shares = conceptRelevance(lrp, tape, [node], { target, normalize: true }).get(node)!.relevance.data;
  const { concepts } = new CRP(lrp, node, topN(Math.min(options.top ?? 8, shares.length))).concepts(tape, { target });
  const layout = lrp.model.layout(lrp.model.inputs[0]!.name);
  const image = options.image ?? pictureOf(input, layout);
  const under = { image: grayOf(image), alpha: 0.85, fade: true };
  const most = concepts.reduce((largest, { ids }) => Math.max(largest, Math.abs(shares[ids[0]!]!)), 0);
  const rows: SheetRow[] = [
    { label: "the input", cells: [image, heatmap(lrp.analyze(tape, { target }), { overlay: under })] },
  ];
  for (const { ids: [channel], relevance } of concepts) {
    const share = shares[channel!]!;
    const cells: SheetCell[] = [
      { picture: bar(share / most, cell), caption: `${(100 * share).toFixed(1)} %` },
      heatmap({ relevance, layout }, { overlay: under }),
    ];
    if (statistics !== undefined && sample !== undefined) {
      for (const cell of await crops(lrp, node, channel!, { ...options, statistics, sample })) cells.push(cell);
    }
    rows.push({ label: `concept ${channel}`, cells });
  }
  const columns = ["share of relevance", "where in this input"];
  if (statistics !== undefined) columns.push("what it saw in its strongest samples");
  return sheet(rows, { columns, cell, textScale: 1, ...(title !== undefined && { title }) });
}

interface Lookup extends AtlasOptions {
  readonly statistics: ConceptStatistics;
  readonly sample: (id: number) => Value | Promise<Value>;
}

async function crops(lrp: LRP, node: string, channel: number, options: Lookup): Promise<readonly SheetCell[]> {
  const { statistics, sample, references = 6, quantity = "relevance", signal } = options;
  const cells: SheetCell[] = [];
  for (const reference of statistics.channels(node, quantity)[channel]!.references.slice(0, references)) {
    await breathe(signal);
    const input = await untilAborted(Promise.resolve(sample(reference.sample)), signal);
    const { crop, relevance, layout } = referenceCrop(lrp, input, node, channel, reference, { from: "neuron" });
    cells.push(faded(pictureOf(crop, layout), relevance, layout));
  }
  return cells;
}

/** A sample as a picture: as it is where its values are from 0 to 1, else from its least to its largest. */
function pictureOf(input: Value, layout: Layout | undefined): Image {
  if (input instanceof Integers) {
    return tensorToImage(new Tensor(input.shape, Float32Array.from(input.data)), { range: [0, 255], layout });
  }
  const within = input.data.every((value) => value >= 0 && value <= 1);
  return tensorToImage(input, { range: within ? [0, 1] : "extrema", layout });
}

/** A bar as long as the size of `share` (from -1 to 1) in the colour that relevance of its sign has. */
function bar(share: number, width: number): Image {
  const out = blank(width, Math.max(1, Math.round(width / 6)), "#eeeeee");
  const filled = blank(Math.max(1, Math.round(Math.abs(share) * width)), out.height, share < 0 ? "#3a5fcd" : "#cd3a3a");
  paste(filled, out, 0, 0);
  return out;
}
