/** Einstein's notation, as far as two values are multiplied. */
import { Dense, Einsum, ReduceSum, Reshape, Transpose } from "@relprop/layers";
import { sizeOf, Tensor } from "@relprop/tensor";
import { constantTensor } from "../constant.ts";
import type { Operation } from "../operation.ts";
import { attentionOf } from "../recognize/gating.ts";
import type { Flow, Known } from "../value.ts";
import { constantFlow } from "./affine.ts";
import type { Operator } from "./operator.ts";

/** `Einsum` of one or two inputs. */
export const contractions: readonly (readonly [string, Operator])[] = [["Einsum", einsum]];

function einsum(op: Operation): Flow {
  const { labels, out } = equationOf(op);
  const values = labels.map((_, i) => op.value(i)!);
  const [a, b] = values;
  if (values.length === 1) return arranged(op, summed(op, op.flow(0), labels[0]!, out), out);
  if (values.length !== 2 || a === undefined || b === undefined) {
    throw new RangeError(`takes one or two inputs, got ${values.length}`);
  }
  const operands = values.map((value, i) => {
    const flow = value.kind === "flow" ? op.flow(i) : constantFlow(op, constantTensor(value.constant));
    return summed(op, flow, labels[i]!, out + labels[1 - i]!);
  });
  const at = values.findIndex(({ kind }) => kind === "known");
  const isWhole = operands.every((operand, i) => operand.labels === labels[i]);
  const dense = at >= 0 && isWhole
    ? denseOf(op, operands[1 - at]!, { weight: values[at] as Known, labels: labels[at]!, index: at }, out)
    : undefined;
  if (dense !== undefined) return dense;
  const flows = operands.map(({ flow }) => flow);
  const layer = new Einsum(`${operands.map((operand) => operand.labels).join()}->${out}`, {
    gating: attentionOf(op, flows),
  });
  return op.emit(layer, flows, { rank: out.length });
}

/** The labels of inputs and result; dots become capital letters that are still free. */
function equationOf(op: Operation): { readonly labels: readonly string[]; readonly out: string } {
  const equation = (op.attributes.text("equation") ?? "").replaceAll(" ", "");
  const [inputs, result] = equation.split("->") as [string, string | undefined];
  const terms = inputs.split(",");
  if (terms.length !== op.inputs) {
    throw new RangeError(`takes ${terms.length} inputs for "${equation}", got ${op.inputs}`);
  }
  const hidden = terms.map((term, i) => {
    if (!term.includes("...")) return 0;
    const value = op.value(i)!;
    const rank = value.kind === "flow" ? op.rank(value) : value.constant.shape.length;
    return rank - (term.length - 3);
  });
  const most = hidden.reduce((a, b) => Math.max(a, b), 0);
  const free = [..."ZYXWVUTSRQPONMLKJIHGFEDCBA"].filter((letter) => !equation.includes(letter)).slice(0, most).join("");
  if (hidden.some((count, i) => terms[i]!.includes("...") && count !== most)) {
    throw new RangeError(`takes inputs with as many axes for "..." each, got "${equation}"`);
  }
  const labels = terms.map((term) => term.replace("...", free));
  const once = [...new Set(labels.join(""))].filter((label) => labels.join("").split(label).length === 2);
  const implied = free + once.filter((label) => !free.includes(label)).sort().join("");
  return { labels, out: result === undefined ? implied : result.replace("...", free) };
}

interface Labelled {
  readonly flow: Flow;
  readonly labels: string;
}

/** A value without the axes that nothing else names. */
function summed(op: Operation, flow: Flow, labels: string, named: string): Labelled {
  if (new Set(labels).size < labels.length) throw new RangeError(`takes labels once per input, got "${labels}"`);
  const axes = [...labels].flatMap((label, axis) => (named.includes(label) ? [] : [axis]));
  if (axes.length === 0) return { flow, labels };
  const kept = [...labels].filter((label) => named.includes(label)).join("");
  return { flow: op.emit(new ReduceSum({ axes, keepDims: false }), [flow], { rank: kept.length }), labels: kept };
}

function arranged(op: Operation, { flow, labels }: Labelled, out: string): Flow {
  const axes = [...out].map((label) => labels.indexOf(label));
  if (axes.some((axis) => axis < 0)) throw new RangeError(`takes a result made of "${labels}", got "${out}"`);
  return axes.every((axis, i) => axis === i) ? flow : op.emit(new Transpose(axes), [flow], { rank: out.length });
}

/** A dense layer, where a constant shares no axis with both input and result; `undefined` where it does. */
function denseOf(
  op: Operation, x: Labelled, { weight, labels, index }: { weight: Known; labels: string; index: number }, out: string,
): Flow | undefined {
  const batch = [...labels].some((label) => x.labels.includes(label) && out.includes(label));
  const inside = [...labels].filter((label) => x.labels.includes(label));
  const made = [...labels].filter((label) => !x.labels.includes(label));
  if (batch || inside.length === 0) return undefined;
  const outer = [...x.labels].filter((label) => !inside.includes(label));
  const constant = op.parameter(index);
  const extent = (label: string): number => weight.constant.shape[labels.indexOf(label)]!;
  const turned = new Transpose([...made, ...inside].map((label) => labels.indexOf(label))).forward(constant);
  const [rows, columns] = [sizeOf(made.map(extent)), sizeOf(inside.map(extent))];
  op.graph.budget.spend(turned.data.byteLength);
  const dense = new Dense(new Tensor([rows, columns], Float32Array.from(turned.data)));
  let flow = arranged(op, x, [...outer, ...inside].join(""));
  const kept = outer.map(() => 0);
  const shaped = (extents: readonly number[]): Flow =>
    op.emit(new Reshape([...kept, ...extents], { from: 0, zeroKeeps: true }), [flow], {
      rank: outer.length + extents.length,
    });
  if (inside.length !== 1) flow = shaped([columns]);
  flow = op.emit(dense, [flow], { rank: outer.length + 1 });
  if (made.length !== 1) flow = shaped(made.map(extent));
  return arranged(op, { flow, labels: [...outer, ...made].join("") }, out);
}
