/** Transformers. */
import { contributedAttention } from "../operators/attention/contributed.ts";
import { embeddings } from "../operators/attention/embed.ts";
import { standardAttention } from "../operators/attention/standard.ts";
import { contractions } from "../operators/einsum.ts";
import { lookup } from "../operators/lookup.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";

/** Attention, embeddings, contractions. */
export const transformerOperators: OperatorGroup = {
  name: "transformer",
  operators: [...contributedAttention, ...contractions, ...embeddings, ...standardAttention],
  folds: [],
  steps: { lookup },
};
