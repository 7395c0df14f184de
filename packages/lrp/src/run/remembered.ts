/** Relevance that is kept until somebody asks: mostly zeros but for the chosen outputs. */
import { Tensor } from "@relprop/tensor";

/** What makes the tensor as it is now again, whatever becomes of it; of one that is mostly zeros little is kept. */
export function remembered({ shape, data }: Tensor): () => Tensor {
  const at: number[] = [];
  for (let i = 0; i < data.length && 8 * at.length <= data.length; i++) if (!Object.is(data[i], 0)) at.push(i);
  if (8 * at.length > data.length) {
    const own = data.slice();
    return () => new Tensor(shape, own);
  }
  const values = at.map((i) => data[i]!);
  return () => {
    const again = new Float32Array(data.length);
    at.forEach((i, k) => {
      again[i] = values[k]!;
    });
    return new Tensor(shape, again);
  };
}
