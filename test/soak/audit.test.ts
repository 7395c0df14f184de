/** An audit holds what it learned of its samples, not the samples. */
import { audit, randomFor } from "@relprop/evaluate";
import { chain, Conv, Dense, Flatten, GlobalAvgPool, relu } from "@relprop/layers";
import { epsilonPlus, LRP } from "@relprop/lrp";
import { scalar, Tensor, useKernels } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { afterAll, expect, test } from "vitest";
import { bytesInUse } from "./soak.ts";

afterAll(() => useKernels(scalar));

const SAMPLE = 3 * 48 * 48;
const drawn = (size: number, ...key: readonly (string | number)[]): Float32Array =>
  Float32Array.from({ length: size }, randomFor(...key).uniform);

test("from 500 to 1,797 samples memory grows by the short vectors that are compared, and no more", async () => {
  useSimd();
  const model = chain(
    new Conv(new Tensor([4, 3, 3, 3], drawn(108, "kernel").map((each) => each - 0.5)), { stride: 4 }), relu,
    new GlobalAvgPool(), new Flatten(), new Dense(new Tensor([3, 4], drawn(12, "dense").map((each) => each - 0.5))),
  );
  const found = new Map<number, number>();
  const read = async (id: number): Promise<Tensor> => {
    if (id === 499 || id === 1796) found.set(id, (await bytesInUse()).arrays);
    // All are explained by then but for the last batch; what follows reads some of them again.
    if (id === 1796) throw new Error("enough");
    return new Tensor([1, 3, 48, 48], drawn(SAMPLE, "sample", id));
  };
  await expect(audit(new LRP(model, epsilonPlus()), { size: 1797, read }, { batch: 32 })).rejects.toThrow("enough");
  const grown = found.get(1796)! - found.get(499)!;
  const vectors = 1297 * 16 * 16 * 8;
  console.log(`${(found.get(499)! / 1e6).toFixed(1)} MB at 500 samples, ${(grown / 1e6).toFixed(1)} MB more at 1,797`);
  expect(grown).toBeLessThan(1.5 * vectors + 2e6);
  expect(1297 * SAMPLE * 4).toBeGreaterThan(5 * (1.5 * vectors + 2e6));
}, 120_000);
