/** The logistic function, as exporters without it write it, and what they write with it. */
import { ActivationLayer, Scale, sigmoid, tanh } from "@relprop/layers";
import { full } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { factors, near, scalarLine, through } from "./pattern.ts";

/** `σ(z)`, where `flow` is `1 + exp(−z)`; `undefined` for other flows. */
export function overLogistic(op: Operation, flow: Flow): Flow | undefined {
  const z = exponentOf(flow);
  return z && ofMultiple(op, sigmoid, z, -1);
}

/** `σ(z)`, written `exp(z) / (1 + exp(z))`. */
export function expOverLogistic(op: Operation, numerator: Flow, denominator: Flow): Flow | undefined {
  const line = scalarLine(denominator);
  const z = line?.x === numerator ? exponentOf(denominator) : undefined;
  return z && ofMultiple(op, sigmoid, z, 1);
}

/** `σ(2 z)`, where `flow` is `½ (1 + tanh z)`; `undefined` for other flows. */
export function tanhAsLogistic(op: Operation, flow: Flow): Flow | undefined {
  const { scale, leaves: [leaf, ...others] } = factors(flow);
  const line = leaf === undefined || others.length > 0 ? undefined : scalarLine(leaf);
  const [slope, offset] = line === undefined ? [1, 0] : [line.slope * scale, line.offset * scale];
  if (line === undefined || !near(slope, 0.5) || !near(offset, 0.5)) return undefined;
  const z = through(line.x, "tanh", (x) => x);
  return z && ofMultiple(op, sigmoid, z, 2);
}

/** `tanh(z / 2)`, where `flow` is `2 σ(z) − 1`; `undefined` for other flows. */
export function logisticAsTanh(op: Operation, flow: Flow): Flow | undefined {
  const line = scalarLine(flow);
  if (line === undefined || !near(line.slope, 2) || !near(line.offset, -1)) return undefined;
  const z = through(line.x, "sigmoid", (x) => x);
  return z && ofMultiple(op, tanh, z, 0.5);
}

/** The w of `1 + exp(w)`. */
function exponentOf(flow: Flow): Flow | undefined {
  const line = scalarLine(flow);
  return line?.slope === 1 && line.offset === 1 ? through(line.x, "exp", (w) => w) : undefined;
}

/** `f(rate · z)`, what z is a multiple of taken as it is. */
function ofMultiple(op: Operation, f: typeof sigmoid, z: Flow, rate: number): Flow {
  const line = scalarLine(z);
  const [x, scale] = line?.offset === 0 ? [line.x, rate * line.slope] : [z, rate];
  const scaled = scale === 1 ? x : op.emit(new Scale(full([], scale)), [x], { rank: x.rank, part: "scaled" });
  return op.emit(new ActivationLayer(f), [scaled], { recognized: f.name });
}
