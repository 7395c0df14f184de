/** Steps that were found in a file as the nodes of a model. */
import type { Gating, Node } from "@relprop/layers";
import { GATINGS } from "./recognize/gating.ts";
import type { Flow, Step } from "./value.ts";

/** The steps that values follow from, in order. */
export function stepsBefore(flows: readonly Flow[]): readonly Step[] {
  const found = new Set<Step>();
  const stack = [...flows];
  for (let flow = stack.pop(); flow !== undefined; flow = stack.pop()) {
    if (flow.step === undefined || found.has(flow.step)) continue;
    found.add(flow.step);
    for (const input of flow.step.inputs) stack.push(input);
  }
  return [...found].sort((a, b) => a.order - b.order);
}

/** What the value of a flow is called among nodes of these names. */
export function nameOf({ step, input }: Flow, names: ReadonlyMap<Step, string>): string {
  return step === undefined ? input! : names.get(step)!;
}

/** The nodes of these steps, which are in order; `values` are what their values are called in the file. */
export function placedNodes(
  steps: readonly Step[], names: ReadonlyMap<Step, string>, values?: ReadonlyMap<Step, readonly string[]>,
): readonly Node[] {
  let position = 0;
  return steps.map((step): Node => {
    const called = values?.get(step);
    return {
      name: names.get(step)!,
      layer: step.layer,
      inputs: step.inputs.map((flow) => nameOf(flow, names)),
      index: step.inert ? [] : [position++],
      ...(step.inert ? { inert: true } : {}),
      ...recognition(step),
      ...(called === undefined ? {} : { values: called }),
    };
  });
}

/** What a step was found to be, where the file does not say. */
function recognition({ layer, origin: { recognized } }: Step): Pick<Node, "recognized"> {
  const { gating } = layer as { readonly gating?: Gating };
  const what = recognized ?? (gating && GATINGS[gating.as]);
  return what === undefined ? {} : { recognized: what };
}
