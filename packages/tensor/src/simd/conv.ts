/** Convolutions in both directions: plans are made once for a weight and a geometry, then run. */
import type { Extent3 } from "../geometry.ts";
import type { Kernels } from "../kernels.ts";
import { lowest, type Machine } from "./machine.ts";
import type { Purpose } from "../orientation.ts";
import type { Prepared } from "./prepared.ts";
import { tiledPlan } from "./tiled.ts";
import { suitsWinograd, winogradPlan } from "./winograd.ts";

interface Plan extends Purpose, Prepared {}

const plansPerWeight = 16;

/** The convolutions on this machine. */
export function convKernels(machine: Machine): Pick<Kernels, "conv" | "convTransposed"> {
  const plans = new WeakMap<Float32Array, Plan[]>();

  function planFor(weight: Float32Array, purpose: Purpose): Plan {
    const known = plans.get(weight) ?? [];
    const found = known.find((plan) => samePurpose(plan, purpose));
    if (found !== undefined) return found;
    const make = suitsWinograd(purpose) ? winogradPlan : tiledPlan;
    const plan = { ...purpose, ...make(machine, purpose, weight) };
    plans.set(weight, [plan, ...known.slice(0, plansPerWeight - 1)]);
    return plan;
  }

  function run(
    purpose: Purpose, from: Float32Array, weight: Float32Array, bias: Float32Array | undefined, out: Float32Array,
    fused?: "relu",
  ): void {
    if (out.length === 0) return;
    machine.begin();
    const plan = planFor(weight, purpose);
    const [x, added] = [machine.operand(from), machine.operand(bias)];
    plan.run(x, added, machine.result(out), lowest(fused));
    machine.end();
  }

  return {
    conv: (geometry, x, weight, bias, out, fused) =>
      run({ geometry, transposed: false }, x, weight, bias, out, fused),
    convTransposed: (geometry, s, weight, out) => run({ geometry, transposed: true }, s, weight, undefined, out),
  };
}

function samePurpose(a: Purpose, b: Purpose): boolean {
  const [g, h] = [a.geometry, b.geometry];
  const same = (p: Extent3, q: Extent3): boolean => p[0] === q[0] && p[1] === q[1] && p[2] === q[2];
  return a.transposed === b.transposed && g.batch === h.batch && g.groups === h.groups &&
    g.channelsIn === h.channelsIn && g.channelsOut === h.channelsOut &&
    same(g.input, h.input) && same(g.output, h.output) && same(g.kernel, h.kernel) &&
    same(g.stride, h.stride) && same(g.padding, h.padding) && same(g.dilation, h.dilation);
}
