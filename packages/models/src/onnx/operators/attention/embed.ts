/** What onnxruntime makes of BERT's embeddings: rows of tokens, positions and types, summed and normalised. */
import { Add, LayerNorm } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow, Known } from "../../value.ts";
import type { Operator } from "../operator.ts";
import { looked } from "../lookup.ts";
import { computed } from "./computed.ts";
import { refuseAttributes } from "./refuse-attributes.ts";
import { asFlow } from "./rotary.ts";

/** Sums of embeddings. */
export const embeddings: readonly (readonly [string, Operator])[] = [
  ["com.microsoft.EmbedLayerNormalization", embedLayerNorm],
];

/** The normalised sum, the number of tokens that count per sample, and the sum. */
function embedLayerNorm(op: Operation): readonly Flow[] {
  refuseAttributes(op, ["epsilon", "mask_index_type"]);
  const ids = op.value(0);
  if (ids?.kind !== "flow") throw new RangeError("takes ids from the network's inputs, got a constant");
  const [types, mask, positions] = [op.value(1), op.value(7), op.value(8)];
  const rows = (index: number, at: Flow | Known | undefined, part: string): readonly Flow[] => {
    if (at === undefined) return [];
    const table = op.tensor(index);
    if (table === undefined) throw new RangeError(`takes a table of ${part} rows, got none`);
    return [looked(op, table, asFlow(op, at), part)];
  };
  const counted = positions ?? computed(op, {
    kind: "positions", rank: 2, reads: [ids],
    shape: ([shape]) => [1, shape![1]!],
    compute: (_, [shape]) => new Tensor([1, shape![1]!], Float32Array.from({ length: shape![1]! }, (__, t) => t)),
  });
  const parts = [...rows(2, ids, "word"), ...rows(3, counted, "position"), ...rows(4, types, "type")];
  const sum = op.emit(new Add(), parts, { rank: 3, part: "sum" });
  const [weight, bias] = [op.parameter(5), op.tensor(6)];
  const layer = new LayerNorm(weight.shape, { epsilon: op.attributes.float("epsilon") ?? 1e-12, weight, bias });
  const reads = mask === undefined ? [ids] : [ids, asFlow(op, mask)];
  const counts = computed(op, {
    kind: "count", rank: 1, reads,
    shape: ([shape]) => [shape![0]!],
    compute: ([, given], [shape]) => {
      const [samples, length] = shape as readonly [number, number];
      const total = new Float32Array(samples);
      given?.data.forEach((one, i) => (total[Math.floor(i / length)]! += one));
      return new Tensor([samples], total);
    },
  });
  return [op.emit(layer, [sum], { rank: 3 }), counts, sum];
}
