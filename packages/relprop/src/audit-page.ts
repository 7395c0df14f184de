/** What an audit found, as a page. */
import type { Audit, AuditData, AuditedClass, ExaminedCluster } from "@relprop/evaluate";
import {
  heatmap, scatter, tensorToImage, type Page, type PageBlock, type PageFigure, type PageSection,
} from "@relprop/heatmap";
import type { LRP } from "@relprop/lrp";
import { breathe, Tensor, untilAborted, type Abortable, type Layout } from "@relprop/tensor";
import { auditTotal } from "./audit-total.ts";

/** The samples that were looked through, and what people find each by. */
export interface NamedAuditData extends AuditData {
  name(id: number): string;
}

/** What the page is about, and how samples are shown. */
export interface AuditPageOptions extends Abortable {
  readonly title: string;
  readonly labels?: readonly string[] | undefined;
  readonly layout?: Layout | undefined;
}

/** So many members of a cluster are shown. */
export const SHOWN = 8;

/** The page, for `htmlPage`: suspicious clusters with members and where their relevance lies, then all classes. */
export function auditPage(found: Audit, lrp: LRP, data: NamedAuditData, options: AuditPageOptions): Promise<Page> {
  return auditPageWith(found, {
    ...options,
    size: data.size,
    name: (id) => data.name(id),
    region: "a small region",
    by: "where relevance lies",
    sentence: (cluster) => auditSentence(cluster, options.labels),
    blocksOf: async (cluster) =>
      [{ kind: "figures", small: true, figures: await figuresOf(cluster, lrp, data, options) }],
  });
}

/** What differs between pages about pictures and about texts. */
export interface AuditPageParts extends Abortable {
  readonly title: string;
  readonly size: number;
  readonly labels?: readonly string[] | undefined;
  /** What a group may hang on, in words. */
  readonly region: string;
  /** What explanations were compared by, in words. */
  readonly by: string;
  name(id: number): string;
  sentence(cluster: ExaminedCluster): string;
  blocksOf(cluster: ExaminedCluster): Promise<readonly PageBlock[]>;
}

/** The page of any audit. */
export async function auditPageWith({ classes, suspicious }: Audit, parts: AuditPageParts): Promise<Page> {
  const { title, size, labels, region, by } = parts;
  const sections: PageSection[] = [];
  for (const [i, cluster] of suspicious.entries()) {
    await breathe(parts.signal);
    sections.push({
      heading: `${i + 1}. ${nameOf(cluster.label, labels)}: ${cluster.members.length} samples hang on ${region}`,
      blocks: [{ kind: "text", text: parts.sentence(cluster) }, ...await parts.blocksOf(cluster)],
    });
  }
  const groups = classes.flatMap(({ clusters }) => clusters).length;
  const verdict = suspicious.length === 0
    ? `No group of ${groups} hangs on ${region} that decides by itself.`
    : `${suspicious.length} of ${groups} groups of samples hang on ${region}: half of what speaks for the class lies ` +
      "there, and put into samples of other classes, that makes the network call them by this one.";
  return {
    title,
    subtitle: `${auditTotal(size, classes.length, groups)}, by ${by}`,
    sections: [
      {
        heading: suspicious.length === 0 ? "Nothing suspicious" : "Suspicious",
        blocks: [suspicious.length === 0 ? { kind: "text", text: verdict } : { kind: "notes", notes: [verdict] }],
      },
      ...sections,
      ...classes.map((each) => classSection(each, parts)),
    ],
    footer: "Made with relprop: spectral relevance analysis, and what the network says without a region and with it.",
  };
}

/** What is known of a cluster, in a sentence. */
export function auditSentence(cluster: ExaminedCluster, labels?: readonly string[]): string {
  const { area, before, without, transplanted } = cluster;
  const name = nameOf(cluster.label, labels);
  if (before === undefined || without === undefined) return "Too few samples to examine.";
  const others = transplanted === undefined ? "" : `; put into samples of other classes, ${percent(transplanted)} of ` +
    `them are called ${name}`;
  return `Half of what speaks for ${name} lies on ${percent(area)} of the input; with what others have there ` +
    `the probability goes from ${before.toFixed(2)} to ${without.toFixed(2)}${others}.`;
}

function classSection(
  { label, samples, clusters, outliers, map }: AuditedClass, data: Pick<AuditPageParts, "name" | "labels">,
): PageSection {
  const { labels } = data;
  const groupOf = new Map(clusters.flatMap(({ members }, group) => members.map((id) => [id, group] as const)));
  const points = samples.map(
    (id, i) => ({ x: map[i]![0], y: map[i]![1], group: groupOf.get(id)!, name: data.name(id) }),
  );
  const odd: readonly PageBlock[] = outliers.length === 0 ? [] : [
    { kind: "text", text: `Explained like no other: ${outliers.map((id) => data.name(id)).join(", ")}.` },
  ];
  return {
    heading: `${nameOf(label, labels)}: ${counted(samples.length, "sample")} in ${counted(clusters.length, "group")}`,
    blocks: [
      ...odd,
      {
        kind: "table",
        caption: "Groups, largest first",
        header: ["samples", "half of relevance on", "probability", "without it", "others that follow", "most typical"],
        rows: clusters.map(({ members, area, before, without, transplanted, prototype }) => [
          String(members.length), percent(area), before?.toFixed(2) ?? "–", without?.toFixed(2) ?? "–",
          transplanted === undefined ? "–" : percent(transplanted), data.name(prototype),
        ]),
      },
      { kind: "drawing", drawing: scatter(points), caption: "What is explained alike lies together" },
    ],
  };
}

async function figuresOf(
  cluster: ExaminedCluster, lrp: LRP, data: NamedAuditData, { layout, signal }: AuditPageOptions,
): Promise<readonly PageFigure[]> {
  const side = Math.round(Math.sqrt(cluster.mean.length));
  const shape = side * side === cluster.mean.length ? [1, 1, side, side] : [1, 1, 1, cluster.mean.length];
  const mean = heatmap(new Tensor(shape, Float32Array.from(cluster.mean)), { layout: "channelsFirst" });
  const figures: PageFigure[] = [
    { image: mean.rgba(), alt: "where relevance lies, on average", caption: "where relevance lies, on average" },
  ];
  const shown = [cluster.prototype, ...cluster.members.filter((id) => id !== cluster.prototype)].slice(0, SHOWN);
  for (const id of shown) {
    await breathe(signal);
    const input = await untilAborted(Promise.resolve(data.read(id)), signal);
    if (input.shape.length !== 4) continue;
    const name = data.name(id);
    const axes = layout === undefined ? {} : { layout };
    const { relevance } = lrp.analyze(input, { target: cluster.label });
    figures.push({ image: tensorToImage(input, { range: "extrema", ...axes }), alt: name, caption: name });
    figures.push({
      image: heatmap(relevance, axes).rgba(), alt: `relevance of ${name}`, caption: "its relevance",
    });
  }
  return figures;
}

/** A class by its name, where it has one. */
export function nameOf(label: number, labels: readonly string[] | undefined): string {
  return labels?.[label] ?? `class ${label}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A share in per cent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
