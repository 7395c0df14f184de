/** A data set looked through for classes that a network tells by something else than what they are. */
import type { LRP } from "@relprop/lrp";
import { samplesAtOnce } from "@relprop/lrp";
import {
  checkKind, argmax, batched, breathe, optionsOf, sharedArena, untilAborted, type Abortable, type Layout, type Tensor,
} from "@relprop/tensor";
import { conceptVector, pooledRelevance } from "../clusters/pooled-relevance.ts";
import { spray, type SprayOptions } from "../clusters/spray.ts";
import { startOf } from "../run/method.ts";
import type { AuditData } from "./audit-data.ts";
import { isCount } from "./is-count.ts";
import { examine, type ExaminedCluster } from "./examine.ts";

/** How a data set is looked through. */
export interface AuditOptions extends SprayOptions, Abortable {
  readonly layout?: Layout;
  /** Groups by what the channels of this node carry (concepts, PCX), instead of by where relevance lies. */
  readonly node?: string;
  /** Samples in one pass; by default as many as have their values in 100 MB. Results do not depend on it. */
  readonly batch?: number;
  /** Clusters of fewer members are not examined; 3 by default. */
  readonly least?: number;
  /** Is told how many samples are explained. */
  readonly done?: (count: number) => void;
}

/** The samples that a network calls by one class. */
export interface AuditedClass {
  readonly label: number;
  /** The numbers of its samples. */
  readonly samples: readonly number[];
  /** Largest first. */
  readonly clusters: readonly ExaminedCluster[];
  readonly eigenvalues: readonly number[];
  /** A place in a plane for each of its samples. */
  readonly map: readonly (readonly [x: number, y: number])[];
  /** The numbers of samples that are explained like no other. */
  readonly outliers: readonly number[];
}

/** What a data set was found to hold. */
export interface Audit {
  readonly classes: readonly AuditedClass[];
  /** Clusters whose region alone makes others be called by their class, the clearest first. */
  readonly suspicious: readonly ExaminedCluster[];
}

/**
 * Explains every sample for the class it is called by, groups the explanations of each class, and examines each group:
 * which small region holds half of its relevance, what the network says without it, and what it says of samples of
 * other classes when that region of a member is put into them. Nobody has to know beforehand what there is to find.
 */
export async function audit(lrp: LRP, data: AuditData, options: AuditOptions = {}): Promise<Audit> {
  optionsOf("audit", options);
  checkKind("audit", "an LRP", lrp, "model" in Object(lrp) && "analyze" in Object(lrp));
  checkKind("audit", "data { size, read }", data, typeof Object(data).read === "function");
  checkKind("audit", "a whole number of samples as size", data.size, isCount(data.size));
  const { layout = lrp.model.layout(lrp.model.inputs[0]?.name ?? ""), least = 3, seed = 1, signal } = options;
  if (data.size === 0) return { classes: [], suspicious: [] };
  const explained = await explainAll(lrp, data, { ...options, ...(layout && { layout }) });
  const byClass = new Map<number, number[]>();
  explained.forEach(({ label }, id) => byClass.set(label, [...(byClass.get(label) ?? []), id]));
  const classes: AuditedClass[] = [];
  for (const [label, samples] of [...byClass].sort(([a], [b]) => a - b)) {
    await breathe(signal);
    const { clusters, eigenvalues, map, outliers } = spray(samples.map((id) => explained[id]!.grouped), options);
    const others = [...explained.keys()].filter((id) => explained[id]!.label !== label);
    const examined: ExaminedCluster[] = [];
    for (const { members, prototype } of clusters) {
      const group = { label, members: members.map((i) => samples[i]!), prototype: samples[prototype]! };
      const vectors = group.members.map((id) => explained[id]!.vector);
      examined.push(await examine(lrp.model, data, group, { vectors, others, layout, seed, least, signal }));
    }
    classes.push({ label, samples, clusters: examined, eigenvalues, map, outliers: outliers.map((i) => samples[i]!) });
  }
  const suspicious = classes.flatMap(({ clusters }) => clusters).filter((cluster) => cluster.suspicious)
    .sort((a, b) => b.transplanted! - a.transplanted! || a.area - b.area);
  return { classes, suspicious };
}

interface Explained {
  readonly label: number;
  /** Where relevance lies. */
  readonly vector: Float64Array;
  /** What is compared. */
  readonly grouped: Float64Array;
}

async function explainAll(lrp: LRP, data: AuditData, options: AuditOptions): Promise<readonly Explained[]> {
  const { layout, node, batch, done, signal } = options;
  const nodeLayout = node === undefined ? undefined : lrp.model.layout(node);
  const start = startOf(lrp, undefined);
  const found: Explained[] = [];
  let together = 1;
  while (found.length < data.size) {
    await breathe(signal);
    const some: Tensor[] = [];
    for (let id = found.length; id < Math.min(data.size, found.length + together); id++) {
      some.push(await untilAborted(Promise.resolve(data.read(id)), signal));
    }
    if (found.length === 0) together = samplesAtOnce("audit", lrp.model, some, batch);
    sharedArena().run(() => {
      const asked = { target: "max", start, layers: node === undefined ? [] : [node] } as const;
      const { relevance, output, layers } = lrp.analyze(some.length === 1 ? some[0]! : batched(some), asked);
      const atNode = node === undefined ? undefined : layers.get(node);
      some.forEach((_, i) => {
        const own = (of: Tensor): Tensor => (some.length === 1 ? of : of.rows(i, i + 1));
        const vector = pooledRelevance(own(relevance), layout);
        const grouped = atNode === undefined ? vector : conceptVector(own(atNode), nodeLayout);
        found.push({ label: argmax(own(output).data, 0, own(output).size), vector, grouped });
      });
    });
    done?.(found.length);
  }
  return found;
}
