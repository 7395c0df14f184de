/** What an audit of texts found, as a page. */
import type { ExaminedCluster, TextAudit } from "@relprop/evaluate";
import type { Page, PageBlock } from "@relprop/heatmap";
import { breathe, untilAborted, type Abortable } from "@relprop/tensor";
import { auditPageWith, nameOf, percent, SHOWN } from "./audit-page.ts";

/** Whose texts these are, and how they are shown. */
export interface TextAuditPageOptions extends Abortable {
  readonly title: string;
  readonly size: number;
  readonly labels?: readonly string[] | undefined;
  /** What people find a text by. */
  name(id: number): string;
  /** A text as markup with its words in colours, explained for a class. */
  words(id: number, label: number): string | Promise<string>;
  /** A token as people read it. */
  token(id: number): string;
}

/** The page, for `htmlPage`: suspicious groups with their words and members, then all classes. */
export function textAuditPage(found: TextAudit, options: TextAuditPageOptions): Promise<Page> {
  const { labels } = options;
  return auditPageWith(found, {
    ...options,
    region: "a few words",
    by: "the words that relevance lies on",
    sentence: (cluster) => textAuditSentence(cluster, options.token, labels),
    blocksOf: async (cluster) => {
      const members = [cluster.prototype, ...cluster.members.filter((id) => id !== cluster.prototype)].slice(0, SHOWN);
      const blocks: PageBlock[] = [];
      for (const id of members) {
        await breathe(options.signal);
        const html = await untilAborted(Promise.resolve(options.words(id, cluster.label)), options.signal);
        blocks.push({ kind: "markup", html });
      }
      return blocks;
    },
  });
}

/** What is known of a group of texts, in a sentence. */
export function textAuditSentence(
  { area, before, without, transplanted, label, region }: ExaminedCluster, token: (id: number) => string,
  labels?: readonly string[],
): string {
  const name = nameOf(label, labels);
  if (before === undefined || without === undefined) return "Too few texts to examine.";
  const named = region.slice(0, 8).map((id) => `"${token(id)}"`).join(", ");
  const more = region.length > 8 ? ` and ${region.length - 8} more` : "";
  const others = transplanted === undefined ? "" : "; in the place of other words of texts of other classes they " +
    `make ${percent(transplanted)} of those ${name}`;
  return `Half of what speaks for ${name} lies on ${named}${more}, ${percent(area)} of a text's words; with others ` +
    `there the probability goes from ${before.toFixed(2)} to ${without.toFixed(2)}${others}.`;
}
