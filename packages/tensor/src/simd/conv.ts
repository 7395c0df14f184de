/** Convolutions in both directions: plans are made once for a weight and a geometry, then run for any batch. */
import { unbounded, type Bounds, type Kernels } from "../kernels.ts";
import type { Purpose } from "../orientation.ts";
import type { Weights } from "../weights.ts";
import { depthwisePlan, suitsDepthwise } from "./depthwise.ts";
import { fewChannelRuns, fewChannels } from "./few-channels.ts";
import type { Machine } from "./machine.ts";
import { Panels } from "./panels.ts";
import { pointwisePlan, suitsPointwise } from "./pointwise.ts";
import type { Prepared } from "./prepared.ts";
import { Recent } from "./recent.ts";
import { tiledPlan } from "./tiled.ts";
import { suitsWinograd, winogradPlan } from "./winograd.ts";
import { limitsOf } from "./winograd-limits.ts";

interface Plan extends Purpose, Prepared {}

// Both directions at some sizes of images.
const plansPerWeight = 8;

/** The convolutions on this machine. */
export function convKernels(machine: Machine): Pick<Kernels, "conv" | "convTransposed"> {
  const plans = new WeakMap<Weights, Plan[]>();
  const panels = new Panels(machine);
  const runFew = fewChannelRuns(machine, panels);

  function planFor(weight: Weights, purpose: Purpose): Plan {
    const known = plans.get(weight) ?? [];
    const found = known.find((plan) => samePurpose(plan, purpose));
    if (found !== undefined) return found;
    const plan = { ...purpose, ...prepared(machine, purpose, weight, panels) };
    plans.set(weight, [plan, ...known.slice(0, plansPerWeight - 1)]);
    return plan;
  }

  function run(
    purpose: Purpose, from: Float32Array, weight: Weights, bias: Float32Array | undefined, out: Float32Array,
    bounds: Bounds,
  ): void {
    if (out.length === 0) return;
    machine.begin();
    const { batch } = purpose.geometry;
    const few = fewChannels(purpose, from);
    const [x, added, to] = [machine.operand(from), machine.operand(bias), machine.result(out)];
    const all = (samples: number, x: number, to: number): void => {
      const plan = planFor(weight, purpose);
      machine.keep(plan);
      plan.run(samples, x, added, to, bounds);
    };
    if (few === undefined) all(batch, x, to);
    few?.forEach((alive, n) => {
      const [s, r] = [x + (4 * n * from.length) / batch, to + (4 * n * out.length) / batch];
      if (alive === undefined) all(1, s, r);
      else runFew(purpose, weight, alive, s, r);
    });
    machine.end();
  }

  return {
    conv: (geometry, x, weight, bias, out, bounds = unbounded) =>
      run({ geometry, transposed: false }, x, weight, bias, out, bounds),
    convTransposed: (geometry, s, weight, out) =>
      run({ geometry, transposed: true }, s, weight, undefined, out, unbounded),
  };
}

function prepared(machine: Machine, purpose: Purpose, weight: Weights, panels: Panels): Prepared {
  if (suitsWinograd(purpose)) return winogradForBatches(machine, purpose, weight);
  if (suitsDepthwise(purpose)) return depthwisePlan(machine, purpose, weight);
  const make = suitsPointwise(purpose) ? pointwisePlan : tiledPlan;
  return make(machine, purpose, weight, panels);
}

/** Winograd's tables are made for a batch. */
function winogradForBatches(machine: Machine, { geometry, transposed }: Purpose, weight: Weights): Prepared {
  const plans = new Recent<number, ReturnType<typeof winogradPlan>>(3);
  const limits = limitsOf(weight, { geometry, transposed }, (length) => machine.lasting(length));
  return {
    run: (batch, x, bias, out, bounds) => {
      const purpose = { geometry: { ...geometry, batch }, transposed };
      const plan = plans.get(batch, () => winogradPlan(machine, purpose, weight, limits));
      machine.keep(plan);
      plan.run(x, bias, out, bounds);
    },
    keeps: [],
  };
}

/** Whether plans for the one do for the other, whatever their batches. */
function samePurpose(a: Purpose, b: Purpose): boolean {
  const [g, h] = [a.geometry, b.geometry];
  return a.transposed === b.transposed &&
    (g === h || JSON.stringify({ ...g, batch: 0 }) === JSON.stringify({ ...h, batch: 0 }));
}
