/** Convolutions whose kernels are moved place by place. */
import { Conv, DeformableSample } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";

/** What is read where offsets say, and a convolution that sums it up. */
export const deformable: readonly (readonly [string, Operator])[] = [["DeformConv", deformed]];

function deformed(op: Operation): Flow {
  const weight = op.parameter(1);
  const [filters, channels, ...kernel] = weight.shape as readonly [number, number, ...number[]];
  if (kernel.length !== 2) throw new RangeError(`takes kernels of two axes, got ${kernel.length}`);
  const list = (name: string): readonly number[] | undefined => op.attributes.integers(name);
  const pads = list("pads") ?? [0, 0, 0, 0];
  const sample = new DeformableSample({
    kernel, stride: list("strides") ?? [1, 1], dilation: list("dilations") ?? [1, 1], before: pads.slice(0, 2),
    groups: op.attributes.integer("offset_group") ?? 1,
  });
  const mask = op.value(4) === undefined ? [] : [op.flow(4)];
  const read = op.emit(sample, [op.flow(0), op.flow(2), ...mask], { rank: 4, part: "sampled" });
  const flat = weight.reshape([filters, channels * kernel[0]! * kernel[1]!, 1, 1]);
  const bias = op.tensor(3);
  const groups = op.attributes.integer("group") ?? 1;
  return op.emit(new Conv(flat, { groups, ...(bias === undefined ? {} : { bias }) }), [read], { rank: 4 });
}
