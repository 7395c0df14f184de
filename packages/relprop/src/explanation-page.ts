/** One page about one explanation: input beside relevance, scores, where relevance went, which rules there were. */
import {
  colorMap, featureBars, features, heatmap, relevanceForm, samplesOf, shareBar, signalPlot, formatNumber,
  type ColorMap, type Image, type Page, type PageBlock, type PageFigure, type PageSection, type Relevant,
} from "@relprop/heatmap";
import type { ConservationReport, Explanation, RuleTable } from "@relprop/lrp";
import { Tensor, type Layout, type Value } from "@relprop/tensor";
import { grayOf } from "./gray.ts";
import { scored, type Score, type ScoreOptions } from "./scored.ts";

/** What is known besides the explanation itself. */
export interface PageAbout extends ScoreOptions {
  /** What was explained, as the model was given it, and what it is called. */
  readonly input: Value;
  readonly name?: string | undefined;
  /** What the model is called. */
  readonly model?: string | undefined;
  /** The picture that the input shows. */
  readonly image?: Image | undefined;
  readonly features?: readonly string[] | undefined;
  /** The same by sample, with what each is there. */
  readonly rows?: readonly (readonly string[])[] | undefined;
  readonly outputLayout?: Layout | undefined;
  /** The name of the composite or the method. */
  readonly composite?: string | undefined;
  /** Which node had which rule. */
  readonly rules?: RuleTable | undefined;
  readonly colors?: ColorMap | undefined;
  /** What was asked, where it is no single output: `cat rather than dog`. */
  readonly asked?: string | undefined;
}

type Shown = Relevant & Pick<Explanation, "output" | "target" | "warnings"> & {
  /** Left out for methods that keep no books. */
  readonly conservation?: ConservationReport;
};

/** So many samples of a batch are shown. */
const MOST_SAMPLES = 10;

/** The page; `htmlPage` writes it. */
export function explanationPage(explained: Shown, about: PageAbout): Page {
  const count = samplesOf(explained.relevance);
  const shown = Math.min(count, MOST_SAMPLES);
  const samples = Array.from({ length: shown }, (_, sample) => {
    const scores = scored(explained, { count: 8, ...about, layout: about.outputLayout, sample });
    return { sample, scores, label: about.asked ?? scores.find((score) => score.explained)?.label };
  });
  const title = samples[0]!.label === undefined ? "Why?" : `Why “${samples[0]!.label}”?`;
  const subtitle = [about.name, about.model, about.composite].filter((part) => part !== undefined).join(" · ");
  const sections = samples.flatMap(({ sample, scores, label }) => {
    const heading = (what: string): string => (count > 1 ? `Sample ${sample}: ${what.toLowerCase()}` : what);
    const blocks = relevanceBlocks(explained, about, sample, label ?? "the target");
    return [
      ...(blocks.length === 0 ? [] : [{ heading: heading("What speaks for it"), blocks }]),
      { heading: heading("Scores"), blocks: [scoreBars(scores)] },
    ];
  });
  const notes = [
    ...explained.warnings, ...(shown < count ? [`${count - shown} more samples are not shown`] : []),
  ];
  return {
    title: count > 1 ? `${title} and ${count - 1} more` : title,
    ...(subtitle !== "" && { subtitle }),
    sections: [
      ...(notes.length === 0 ? [] : [{ heading: "To beware of", blocks: [{ kind: "notes", notes } as const] }]),
      ...sections, ...conservationSections(explained), ...ruleSection(about.rules),
    ],
    footer: "Made with relprop: layer-wise relevance propagation.",
  };
}

function relevanceBlocks(explained: Shown, about: PageAbout, sample: number, label: string): readonly PageBlock[] {
  const form = relevanceForm(explained, about.features);
  const sentence = (where: string): PageBlock =>
    ({ kind: "text", text: `${where} speaks for ${label} where it is red and against it where it is blue.` });
  const { relevance, layout } = explained;
  const input = about.input instanceof Tensor && about.input.size === relevance.size ? about.input : undefined;
  if (form === "row") {
    const own = about.rows?.[sample] ?? about.features;
    const names = own === undefined ? {} : { names: own };
    const all = features(explained, { ...names, sample, ...(input !== undefined && { input }) });
    return [
      { kind: "text", text: `Red features speak for ${label}, blue ones against it.` },
      { kind: "drawing", drawing: featureBars(all, { width: WIDTH }) },
    ];
  }
  if (form === "signal") {
    const drawing = signalPlot({ relevance, layout }, { sample, width: WIDTH, ...(input !== undefined && { input }) });
    return [sentence("The signal"), { kind: "drawing", drawing }];
  }
  if (form !== "picture") return [];
  const { image, colors } = about;
  const look = { sample, ...(colors !== undefined && { colors }) };
  const map = heatmap({ relevance, layout }, look);
  const single = samplesOf(relevance) === 1 ? image : undefined;
  const figures: PageFigure[] = [
    { image: map.rgba(), alt: `heatmap of relevance for ${label}`, caption: "relevance" },
  ];
  if (single !== undefined) {
    const alt = about.name === undefined ? "the input" : `the input, ${about.name}`;
    figures.unshift({ image: single, alt, caption: "input" });
    const overlay = { image: grayOf(single), alpha: 0.85, fade: true };
    const over = heatmap({ relevance, layout }, { ...look, overlay });
    figures.push({ image: over.rgba(), alt: `the heatmap over the input in gray`, caption: "both" });
  }
  const [{ low, high }] = map.ranges as readonly [{ readonly low: number; readonly high: number }];
  const colorize = colorMap(colors ?? "redBlue");
  const swatches = Array.from({ length: 17 }, (_, i) => `rgb(${colorize(i / 16).join(" ")})`);
  const ticks = [{ at: 0, text: formatNumber(low) }, { at: 1, text: formatNumber(high) }];
  if (low < 0 && high > 0) ticks.splice(1, 0, { at: -low / (high - low), text: "0" });
  const words = colors === undefined || colors === "redBlue"
    ? sentence("The input") : { kind: "text", text: `Relevance for ${label}, in the colours below.` } as const;
  return [words, { kind: "figures", figures }, { kind: "legend", colors: swatches, ticks }];
}

/** The largest scores as bars. */
export function scoreBars(scores: readonly Score[]): PageBlock {
  const isShared = scores.every(({ share }) => share !== undefined);
  const largest = scores.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0) || 1;
  const three = (score: number): string => score.toFixed(3).replace("-", "−");
  return {
    kind: "bars",
    caption: isShared ? "The largest scores, and their shares under a softmax" : "The largest scores",
    bars: scores.map(({ label, score, share, explained }) => ({
      name: label,
      text: share === undefined ? three(score) : `${three(score)}\u2003${(100 * share).toFixed(1)} %`,
      share: share ?? score / largest,
      marked: explained,
    })),
  };
}

/** Drawings are so wide that their text can be read where a phone makes them smaller. */
const WIDTH = 420;

/** Where relevance ended up, as a bar of parts, and node by node. */
export function conservationSections({ conservation }: Pick<Shown, "conservation">): readonly PageSection[] {
  if (conservation === undefined) return [];
  const { started, arrived, totals, rows } = conservation;
  const ends = [
    { name: "on the input", value: arrived, fill: "#3f9b6b" },
    { name: "in biases", value: totals.bias, fill: "#b5893c" },
    { name: "in stabilisers", value: totals.stabilizer, fill: "#8f6fb0" },
    { name: "in dead ends", value: totals.dead + totals.ended, fill: "#7a8594" },
    { name: "lost", value: totals.other, fill: "#c2577a" },
  ] as const;
  const all = ends.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const parts = ends.filter(({ value }, i) => i === 0 || Math.abs(value) > 5e-4 * all);
  const number = (value: number): string => String(Number(value.toPrecision(4)) + 0).replaceAll("-", "−");
  return [
    {
      heading: "Where the relevance went",
      blocks: [
        { kind: "text", text: `${number(arrived)} of ${number(started)} arrived at the input.` },
        { kind: "drawing", drawing: shareBar(parts, { width: WIDTH }) },
      ],
    },
    ...(rows.length === 0 ? [] : [{
      heading: "Node by node",
      folded: true,
      blocks: [{
        kind: "table" as const,
        caption: "Relevance that came to each node, left it, and ended there, from the output down",
        header: ["node", "rule", "in", "out", "bias", "stabiliser", "dead", "other"],
        rows: rows.map((row) => [
          row.node, row.rule,
          ...[row.in, row.out, row.bias, row.stabilizer, row.dead, row.ended + row.other].map(number),
        ]),
      }],
    }]),
  ];
}

/** Which node had which rule, in a table that is closed. */
export function ruleSection(rules: RuleTable | undefined): readonly PageSection[] {
  if (rules === undefined) return [];
  return [{
    heading: "Rules",
    folded: true,
    blocks: [{
      kind: "table",
      caption: "Which rule each node had",
      header: ["node", "kind", "rule"],
      rows: rules.rows.map(({ node, rule }) => [node.name, node.layer.kind, rule.name]),
    }],
  }];
}
