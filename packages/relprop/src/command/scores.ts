/** Scores as people read them. */
import type { Model } from "@relprop/layers";
import type { Explanation } from "@relprop/lrp";
import { readLabels } from "@relprop/models";
import { InputError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

/** The labels in a file; `undefined` if none was named. */
export async function readLabelsFile(
  path: string | undefined, terminal: Terminal,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  const labels = readLabels(await terminal.readText(path));
  if (labels.length === 0) throw new InputError(`${path}: takes one label a line, got none`);
  return labels.map(visible);
}

/** How scores are shown. */
export interface ScoreStyle {
  readonly labels?: readonly string[] | undefined;
  /** Whether they are of classes that exclude one another, so that a softmax makes shares of them. */
  readonly shares?: boolean;
  /** How many; 3 by default. */
  readonly count?: number;
}

/** Whether the scores of a model, as it is in its file, are made shares by a softmax. */
export function endsInSoftmax(model: Model): boolean {
  const { layer } = model.nodes.find(({ name }) => name === model.outputs[0]) ?? {};
  return layer?.kind === "Softmax" || layer?.kind === "LogSoftmax";
}

/** The largest scores of the first sample, with their share under a softmax, and a mark at the explained one. */
export function formatScores({ output, target }: Explanation, style: ScoreStyle = {}): string {
  const { labels, shares = false, count = 3 } = style;
  const scores = output.data.subarray(0, output.size / Math.max(1, output.shape[0] ?? 1));
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const chosen = target?.[0];
  const shown = order.slice(0, count);
  if (chosen !== undefined && !shown.includes(chosen)) shown.push(chosen);
  return shown
    .map((i) => {
      const name = labels?.[i] ?? `output ${i}`;
      // Elsewhere, as over maps of pixels, the scores of a sample are not of one choice.
      const share = shares && output.shape.length === 2 ? (100 * Math.exp(scores[i]! - largest)) / total : undefined;
      const shared = share === undefined ? "" : ` (${share.toFixed(1)} %)`;
      return `${i === chosen ? ">" : " "} ${name}: score ${scores[i]!.toFixed(3)}${shared}`;
    })
    .join("\n");
}
