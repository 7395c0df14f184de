/** What an audit found, as a page. */
import type { Audit, AuditedClass, ExaminedCluster } from "@relprop/evaluate";
import { heatmap, reportPage, scatter, tensorToImage, type ReportPicture, type ReportSection } from "@relprop/heatmap";
import type { LRP } from "@relprop/lrp";
import { Tensor, type Layout } from "@relprop/tensor";
import type { DataSet } from "./data-set.ts";

/** What the page is about, and how samples are shown. */
export interface AuditPageOptions {
  readonly title: string;
  readonly labels?: readonly string[] | undefined;
  readonly layout?: Layout | undefined;
}

/** So many members of a cluster are shown. */
const SHOWN = 8;

/** The page: suspicious clusters with members and where their relevance lies, then all classes. */
export async function auditPage(found: Audit, lrp: LRP, data: DataSet, options: AuditPageOptions): Promise<string> {
  const { title, labels } = options;
  const suspicious: ReportSection[] = [];
  for (const [i, cluster] of found.suspicious.entries()) {
    suspicious.push({
      heading: `${i + 1}. ${nameOf(cluster.label, labels)}: ${cluster.members.length} samples hang on a small region`,
      text: [sentenceOf(cluster, labels)],
      pictures: await picturesOf(cluster, lrp, data, options),
    });
  }
  const groups = found.classes.flatMap(({ clusters }) => clusters).length;
  const text = [found.suspicious.length === 0
    ? "No group of samples hangs on a small region that decides by itself."
    : `${found.suspicious.length} of ${groups} groups of samples are ` +
      "suspicious: a small region holds half of what speaks for the class, and put into samples of other classes it " +
      "makes the network call them by this one."];
  return reportPage({ title, text }, [...suspicious, ...found.classes.map((each) => classSection(each, data, labels))]);
}

/** What is known of a cluster, in a sentence. */
export function sentenceOf(cluster: ExaminedCluster, labels?: readonly string[]): string {
  const { area, before, without, transplanted } = cluster;
  const name = nameOf(cluster.label, labels);
  if (before === undefined || without === undefined) return "Too few samples to examine.";
  const others = transplanted === undefined ? "" : `; put into samples of other classes, ${percent(transplanted)} of ` +
    `them are called ${name}`;
  return `Half of what speaks for ${name} lies on ${percent(area)} of the picture; with what others have there ` +
    `the probability goes from ${before.toFixed(2)} to ${without.toFixed(2)}${others}.`;
}

function classSection(
  { label, samples, clusters, outliers, map }: AuditedClass, data: DataSet, labels: readonly string[] | undefined,
): ReportSection {
  const head = ["samples", "half of relevance on", "probability", "without it", "others that follow", "most typical"];
  const rows = clusters.map(({ members, area, before, without, transplanted, prototype }) => [
    String(members.length), percent(area), before?.toFixed(2) ?? "–", without?.toFixed(2) ?? "–",
    transplanted === undefined ? "–" : percent(transplanted), data.name(prototype),
  ]);
  const groupOf = new Map(clusters.flatMap(({ members }, group) => members.map((id) => [id, group] as const)));
  const points = samples.map(
    (id, i) => ({ x: map[i]![0], y: map[i]![1], group: groupOf.get(id)!, name: data.name(id) }),
  );
  const odd = outliers.length === 0 ? [] : [
    `Explained like no other: ${outliers.map((id) => data.name(id)).join(", ")}.`,
  ];
  return {
    heading: `${nameOf(label, labels)}: ${samples.length} samples in ${clusters.length} groups`,
    text: odd, table: [head, ...rows], drawings: [scatter(points)],
  };
}

async function picturesOf(
  cluster: ExaminedCluster, lrp: LRP, data: DataSet, { layout }: AuditPageOptions,
): Promise<readonly ReportPicture[]> {
  const side = Math.round(Math.sqrt(cluster.mean.length));
  const isSquare = side * side === cluster.mean.length;
  const mean = new Tensor(
    [1, 1, isSquare ? side : 1, isSquare ? side : cluster.mean.length], Float32Array.from(cluster.mean),
  );
  const pictures: ReportPicture[] = [
    { image: heatmap(mean).rgba(), width: 128, caption: "where relevance lies, on average" },
  ];
  const shown = [cluster.prototype, ...cluster.members.filter((id) => id !== cluster.prototype)].slice(0, SHOWN);
  for (const id of shown) {
    const input = await data.read(id);
    if (!(input instanceof Tensor) || input.shape.length !== 4) continue;
    const image = tensorToImage(input, { range: "extrema", ...(layout && { layout }) });
    const { relevance } = lrp.analyze(input, { target: cluster.label });
    pictures.push({ image, width: 128, caption: data.name(id) });
    pictures.push(
      { image: heatmap(relevance, layout === undefined ? {} : { layout }).rgba(), width: 128, caption: "relevance" },
    );
  }
  return pictures;
}

function nameOf(label: number, labels: readonly string[] | undefined): string {
  return labels?.[label] ?? `class ${label}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
