/** How near to zennit's results ours have to come. */
import type { CaseFile } from "../case-file.ts";

/** Outputs of networks. */
export const OUTPUT = 1e-5;

/** Ten times what zennit's own single precision is away from its double precision, from 2e-6 to 1e-4. */
export function relevanceTolerance(file: CaseFile): number {
  return Math.min(Math.max(10 * Number(file.text("f32_error")), 2e-6), 1e-4);
}

/** The name of the most exact relevance in the file. */
export function relevanceName(file: CaseFile): string {
  return file.tensors.has("relevance_f64") ? "relevance_f64" : "relevance";
}
