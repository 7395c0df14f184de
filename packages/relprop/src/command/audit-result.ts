/** What an audit found, for terminals and for programs. */
import type { Audit, ExaminedCluster } from "@relprop/evaluate";
import { auditTotal } from "../audit-total.ts";
import type { DataSet } from "./data-set.ts";
import { visible } from "./visible.ts";

/** What people find samples by. */
type Named = Pick<DataSet, "size" | "name">;

/** The suspicious groups and the totals, for a terminal. */
export function auditText({ classes, suspicious }: Audit, data: Named, { labels, sentence }: {
  readonly labels: readonly string[] | undefined; readonly sentence: (cluster: ExaminedCluster) => string;
}): string {
  const groups = classes.reduce((sum, { clusters }) => sum + clusters.length, 0);
  const lines = suspicious.flatMap((cluster) => [
    `suspicious: ${cluster.members.length} samples of ${labels?.[cluster.label] ?? `class ${cluster.label}`}, ` +
      `such as ${visible(data.name(cluster.prototype))}`,
    `  ${visible(sentence(cluster))}`,
  ]);
  const total = auditTotal(data.size, classes.length, groups);
  return `${[...lines, `${total}, ${suspicious.length} suspicious`].join("\n")}\n`;
}

/** All that was found, as plain data. */
export function auditJson({ classes, suspicious }: Audit, data: Named): unknown {
  const cluster = ({ mean: _, ...rest }: ExaminedCluster): unknown =>
    ({ ...rest, prototypeName: data.name(rest.prototype) });
  return {
    suspicious: suspicious.map(cluster),
    classes: classes.map(({ clusters, ...rest }) => ({ ...rest, clusters: clusters.map(cluster) })),
  };
}
