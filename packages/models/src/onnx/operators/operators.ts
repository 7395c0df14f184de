/** Every operator that becomes layers. */
import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { contributedQuantized } from "./contributed-quantized.ts";
import { contributedAttention } from "./attention/contributed.ts";
import { embeddings } from "./attention/embed.ts";
import { standardAttention } from "./attention/standard.ts";
import { choices } from "./choice.ts";
import { convolutions } from "./convolutions.ts";
import { products } from "./dense.ts";
import { functions } from "./functions.ts";
import { contractions } from "./einsum.ts";
import { deformable } from "./deformable.ts";
import { expanded } from "./expanded.ts";
import { fused } from "./fused.ts";
import { losses } from "./losses.ts";
import { normalizations } from "./normalizations.ts";
import type { Operator } from "./operator.ts";
import { packedProducts } from "./packed-dense.ts";
import { picks } from "./picking.ts";
import { pools } from "./pools.ts";
import { recurrences } from "./recurrences.ts";
import { reductions } from "./reductions.ts";
import { reshapes } from "./reshapes.ts";
import { resizing } from "./resizing.ts";
import { routes } from "./routes.ts";
import { sampling } from "./sampling.ts";
import { signals } from "./signals.ts";
import { structure } from "./structure.ts";
import { tabular } from "./tabular/tabular.ts";

/** By operator; those outside the standard domain as `domain.operator`. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...activations,
  ...arithmetic,
  ...choices,
  ...contributedAttention,
  ...contributedQuantized,
  ...contractions,
  ...convolutions,
  ...embeddings,
  ...functions,
  ...deformable,
  ...expanded,
  ...fused,
  ...losses,
  ...normalizations,
  ...packedProducts,
  ...picks,
  ...pools,
  ...products,
  ...recurrences,
  ...reductions,
  ...reshapes,
  ...resizing,
  ...routes,
  ...standardAttention,
  ...sampling,
  ...signals,
  ...structure,
  ...tabular,
]);
