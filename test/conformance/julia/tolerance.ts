/** How near to the references of RelevancePropagation.jl results have to come. */
import type { CaseFile } from "../case-file.ts";

/** Single rules, canonisation, and small networks whose relevance was worked out by hand. */
export const EXACT = 2e-6;

/** The tolerance of a network: references that Julia computed went through many layers, those by hand through few. */
export function networkTolerance(file: CaseFile): number {
  return file.says("source") && file.text("source").startsWith("reference") ? 2e-5 : EXACT;
}
