/** A set of texts looked through for classes that a network tells by a few words. */
import { argmax, breathe, checkKind, optionsOf, untilAborted, type Abortable } from "@relprop/tensor";
import { spray, type SprayOptions } from "../clusters/spray.ts";
import type { Audit, AuditedClass } from "./audit.ts";
import type { AuditedTexts } from "./audited-texts.ts";
import { isCount } from "./is-count.ts";
import { examineTexts } from "./examine-texts.ts";
import type { ExaminedCluster } from "./examine.ts";

/** How texts are looked through. */
export interface AuditTextsOptions extends SprayOptions, Abortable {
  /** Clusters of fewer members are not examined; 3 by default. */
  readonly least?: number;
  /** Is told how many texts are explained. */
  readonly done?: (count: number) => void;
}

/** What was found in texts: regions are token ids. */
export interface TextAudit extends Audit {
  /** The ids that the elements of a cluster's `mean` belong to, in that order. */
  readonly tokens: readonly number[];
}

/** The words that explanations are compared by: those with most relevance. */
const WORDS = 1024;

/**
 * `audit` for texts: groups explanations by how much relevance each word has, wherever it stands, and examines each
 * group: which few words hold half of what speaks for the class, what the network says without them, and what it says
 * of texts of other classes when they take the place of other words.
 */
export async function auditTexts(texts: AuditedTexts, options: AuditTextsOptions = {}): Promise<TextAudit> {
  optionsOf("auditTexts", options);
  checkKind("auditTexts", "texts { size, read, scores, explain }", texts, typeof Object(texts).read === "function");
  checkKind("auditTexts", "a whole number of texts as size", texts.size, isCount(texts.size));
  const { least = 3, seed = 1, signal, done } = options;
  const kept = new Set(texts.keep);
  const read = async (id: number): Promise<readonly number[]> => {
    await breathe(signal);
    return untilAborted(Promise.resolve(texts.read(id)), signal);
  };
  const explained: { readonly label: number; readonly words: ReadonlyMap<number, number> }[] = [];
  for (let id = 0; id < texts.size; id++) {
    const ids = await read(id);
    const scores = Array.from(texts.scores(ids));
    const label = argmax(scores);
    const against = scores.length < 2 ? undefined : argmax(scores.with(label, -Infinity));
    const relevance = texts.explain(ids, label, against);
    if (relevance.length !== ids.length) {
      const got = `${relevance.length} for text ${id}`;
      throw new RangeError(`auditTexts: takes relevance of ${ids.length} tokens, got ${got}`);
    }
    const words = new Map<number, number>();
    ids.forEach((token, i) => {
      if (!kept.has(token)) words.set(token, (words.get(token) ?? 0) + relevance[i]!);
    });
    explained.push({ label, words });
    done?.(id + 1);
  }
  const tokens = mostRelevant(explained.map(({ words }) => words));
  const vectors = explained.map(({ words }) => Float64Array.from(tokens, (token) => words.get(token) ?? 0));
  const classes: AuditedClass[] = [];
  for (const label of [...new Set(explained.map((each) => each.label))].sort((a, b) => a - b)) {
    await breathe(signal);
    const ofClass = (is: boolean): readonly number[] =>
      [...explained.keys()].filter((id) => (explained[id]!.label === label) === is);
    const [samples, others] = [ofClass(true), ofClass(false)];
    const { clusters, eigenvalues, map, outliers } = spray(samples.map((id) => vectors[id]!), options);
    const examined: ExaminedCluster[] = [];
    for (const { members, prototype } of clusters) {
      const group = { label, members: members.map((i) => samples[i]!), prototype: samples[prototype]! };
      const own = group.members.map((id) => vectors[id]!);
      examined.push(await examineTexts(texts, group, { vectors: own, tokens, kept, others, seed, least, read }));
    }
    classes.push({ label, samples, clusters: examined, eigenvalues, map, outliers: outliers.map((i) => samples[i]!) });
  }
  const suspicious = classes.flatMap(({ clusters }) => clusters).filter((cluster) => cluster.suspicious)
    .sort((a, b) => b.transplanted! - a.transplanted! || a.area - b.area);
  return { classes, suspicious, tokens };
}

function mostRelevant(texts: readonly ReadonlyMap<number, number>[]): readonly number[] {
  const sizes = new Map<number, number>();
  for (const words of texts) {
    for (const [token, relevance] of words) sizes.set(token, (sizes.get(token) ?? 0) + Math.abs(relevance));
  }
  return [...sizes].sort(([a, most], [b, more]) => more - most || a - b).slice(0, WORDS).map(([token]) => token);
}
