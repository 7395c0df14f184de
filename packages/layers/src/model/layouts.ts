/** Where the channels of a network's values stand, found out from the layers that need them at a certain place. */
import type { Layout } from "@relprop/tensor";
import type { Graph } from "./graph.ts";
import type { AxisUse, LayerKind } from "../layer/layer.ts";

/**
 * The layouts of inputs and nodes by name, where they follow: from layers that take channels behind the batch, through
 * transpositions and what keeps axes, down and up; from what inputs say first. What is missing is not known.
 */
export function layoutsOf({ inputs, nodes }: Pick<Graph, "inputs" | "nodes">): ReadonlyMap<string, Layout> {
  const layouts = new Map<string, Layout>();
  const say = (name: string, layout: Layout | undefined): void => {
    if (layout !== undefined && !layouts.has(name)) layouts.set(name, layout);
  };
  const carriers = nodes.filter(({ inert }) => inert !== true);
  const inert = new Set(nodes.filter((node) => node.inert === true).map(({ name }) => name));
  for (const { name, layout } of inputs) say(name, layout);
  for (const { name, layer, inputs: sources } of carriers) {
    if (axisUseOf(layer) !== "channelsFirst") continue;
    say(name, "channelsFirst");
    for (const source of sources) say(source, "channelsFirst");
  }
  // What is found upwards tells branches beside it more, and those tell more in turn.
  let before = -1;
  for (let sweep = 0; sweep < MOST_SWEEPS && before < layouts.size; sweep++) {
    before = layouts.size;
    for (const { name, layer, inputs: sources } of carriers) {
      const use = axisUseOf(layer);
      const known = sources.map((source) => layouts.get(source)).find((layout) => layout !== undefined);
      if (use !== undefined && use !== "channelsFirst") say(name, through(use, known));
    }
    for (const { name, layer, inputs: sources } of carriers.toReversed()) {
      const use = axisUseOf(layer);
      if (use === undefined || use === "channelsFirst") continue;
      const back = use === "kept" ? use : use.map((_, axis) => use.indexOf(axis));
      for (const source of sources) if (!inert.has(source)) say(source, through(back, layouts.get(name)));
    }
  }
  return layouts;
}

/** More turns, up and down, than any network has between what it says and where that matters. */
const MOST_SWEEPS = 8;

function axisUseOf({ axisUse, elementwise, role }: LayerKind): AxisUse | undefined {
  return axisUse ?? (elementwise === true || role === "activation" ? "kept" : undefined);
}

function through(use: "kept" | readonly number[], layout: Layout | undefined): Layout | undefined {
  if (use === "kept" || layout === undefined) return layout;
  const channels = use.indexOf(layout === "channelsFirst" ? 1 : use.length - 1);
  if (use.length < 3 || use[0] !== 0) return undefined;
  return channels === 1 ? "channelsFirst" : channels === use.length - 1 ? "channelsLast" : undefined;
}

/** The graph whose inputs say where their channels stand, as far as that follows; `otherwise` where nothing says. */
export function withLayouts<G extends Pick<Graph, "inputs" | "nodes">>(graph: G, otherwise?: Layout): G {
  const layouts = layoutsOf(graph);
  const inputs = graph.inputs.map((input) => {
    const isFlat = input.shape !== undefined && input.shape.length < 3;
    const layout = isFlat ? undefined : (layouts.get(input.name) ?? otherwise);
    return layout === undefined ? input : { ...input, layout };
  });
  return { ...graph, inputs };
}
