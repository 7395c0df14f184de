/** Texts to be audited, as a `TextExplainer` sees them. */
import { optionsOf } from "@relprop/tensor";
import type { AuditedTexts } from "@relprop/evaluate";
import { encodeText, type TextInput, type TextTokenizer } from "./encoded-text.ts";
import type { TextExplainer } from "./explain-text.ts";

/** How texts are read. */
export interface AuditedTextsOptions {
  /** Needed for texts; not for token ids. */
  readonly tokenizer?: TextTokenizer | undefined;
  /** Ids that are no words: those that mark beginnings, ends and padding. */
  readonly keep?: readonly number[];
}

/** Texts, or their token ids, for `auditTexts`. */
export function auditedTexts(
  explainer: TextExplainer, texts: readonly TextInput[], options: AuditedTextsOptions = {},
): AuditedTexts {
  const { tokenizer, keep = [] } = optionsOf("auditedTexts", options);
  return {
    size: texts.length,
    keep,
    read: (id) => encodeText("auditedTexts", texts[id]!, tokenizer).ids,
    scores: (ids) => explainer.scores(ids),
    explain: (ids, target, against) =>
      explainer.explain(ids, { target, ...(against !== undefined && { against }) }).tokenRelevance,
  };
}
