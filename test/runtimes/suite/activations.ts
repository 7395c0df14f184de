/** Functions whose doubles differ between engines; their floats must not. */
import { activationByName, activationNames, Softmax } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";
import type { Check } from "./harness.ts";
import { sha256 } from "./host.ts";
import { numbers } from "./numbers.ts";

const points = numbers(4000, 9).map((value) => 12 * value);

export const activationChecks: readonly Check[] = [
  ["activations and their slopes have the same bits everywhere", async (it) => {
    for (const name of activationNames()) {
      const { apply, slope } = activationByName(name);
      const values = [apply, slope].map((f) => points.map((z) => f(z) || 0)); // NaN has more than one form
      it.bits(name, await sha256(...values));
    }
  }],
  ["a softmax has the same bits everywhere", async (it) => {
    const { output, back } = new Softmax().pullback(new Tensor([40, 100], points));
    const [covector] = back(new Tensor([40, 100], numbers(4000, 10)));
    it.bits("softmax", await sha256(output.data, covector!.data));
  }],
];
