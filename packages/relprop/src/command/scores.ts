/** Scores as people read them. */
import type { Explanation } from "@relprop/lrp";
import { readLabels } from "@relprop/models";
import { InputError, type Terminal } from "./terminal.ts";

/** The labels in a file; `undefined` if none was named. */
export async function readLabelsFile(
  path: string | undefined, terminal: Terminal,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  const labels = readLabels(await terminal.readText(path));
  if (labels.length === 0) throw new InputError(`${path}: takes one label a line, got none`);
  return labels;
}

/** The largest scores of the first sample with their share under a softmax, and a mark at the explained one. */
export function formatScores(
  { output, target }: Explanation, labels: readonly string[] | undefined, count = 3,
): string {
  const scores = output.data.subarray(0, output.size / Math.max(1, output.shape[0] ?? 1));
  const largest = Math.max(...scores);
  const weights = Array.from(scores, (score) => Math.exp(score - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const chosen = target?.[0];
  const shown = order.slice(0, count);
  if (chosen !== undefined && !shown.includes(chosen)) shown.push(chosen);
  return shown
    .map((i) => {
      const name = labels?.[i] ?? `output ${i}`;
      const share = `${((100 * weights[i]!) / total).toFixed(1)} %`;
      return `${i === chosen ? ">" : " "} ${name}: score ${scores[i]!.toFixed(3)} (${share})`;
    })
    .join("\n");
}
