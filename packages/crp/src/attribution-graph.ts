/** Which concepts of lower nodes feed a concept (Achtibat et al. 2023). */
import { checkKind, optionsOf } from "@relprop/tensor";
import { type Analyzable, type LRP } from "@relprop/lrp";
import { channelRelevance } from "./channel-relevance.ts";
import { channelAt, conceptAxis, conceptsFirst } from "./concept.ts";
import { CRP, type ConceptOptions } from "./crp.ts";
import type { Condition } from "./conditions.ts";

/** A concept in the graph, and the relevance that runs through it from all concepts above that lead to it. */
export interface ConceptNode {
  readonly node: string;
  readonly channel: number;
  readonly relevance: number;
}

/** Relevance from one concept down to another. */
export interface ConceptEdge {
  readonly from: ConceptNode;
  readonly to: ConceptNode;
  readonly relevance: number;
}

/** Concepts by node, from the output down, and what runs between them. */
export interface AttributionGraph {
  readonly concepts: readonly ConceptNode[];
  readonly edges: readonly ConceptEdge[];
}

/** How wide an attribution graph becomes. */
export interface GraphOptions extends Omit<ConceptOptions, "axis" | "layers"> {
  /** The axis of a value that concepts are counted along, by node, batch included; that of channels by default. */
  readonly axes?: Readonly<Record<string, number>>;
  /** How many concepts of the node below are followed per concept; 3 by default. */
  readonly top?: number;
}

/**
 * The graph of the concepts of `nodes` (ordered from the output down) that carry an explanation: from the strongest
 * channels of the first node, each to its strongest channels of the next, conditional on all above them on the way.
 */
export function attributionGraph(
  lrp: LRP, input: Analyzable, nodes: readonly string[], options: GraphOptions = {},
): AttributionGraph {
  const { top = 3, target = "max", axes = {}, ...rest } = optionsOf("attributionGraph", options);
  if (!Number.isInteger(top) || top < 1) throw new RangeError(`attributionGraph: takes top >= 1, got ${top}`);
  checkKind("attributionGraph", "names of nodes as a list", nodes, Array.isArray(nodes));
  if (nodes.length === 0) throw new RangeError("attributionGraph: takes at least one node, got none");
  const crp = new CRP(lrp);
  const concepts = new Map<string, ConceptNode>();
  const edges: { readonly from: string; readonly to: string; readonly relevance: number }[] = [];
  let level: readonly { readonly above?: string; readonly condition: Condition }[] = [{ condition: { target } }];
  for (const node of nodes) {
    const results = crp.conditional(input, level.map(({ condition }) => condition), { ...rest, layers: [node] });
    level = results.flatMap(({ condition, layers }, i) => {
      const from = level[i]!.above;
      const whole = layers.get(node)!;
      const axis = conceptAxis(Object.hasOwn(axes, node) ? axes[node] : undefined, whole);
      const measures = channelRelevance(conceptsFirst(whole, axis, lrp.model.layout(node))).data;
      return strongest(measures, top).map(({ channel, relevance }) => {
        const to = idOf({ node, channel });
        const before = concepts.get(to)?.relevance ?? 0;
        concepts.set(to, { node, channel, relevance: before + relevance });
        if (from !== undefined) edges.push({ from, to, relevance });
        const chosen = { ...condition.nodes, [node]: channelAt(channel, axis) };
        return { above: to, condition: { ...condition, nodes: chosen } };
      });
    });
  }
  return {
    concepts: [...concepts.values()],
    edges: edges.map(({ from, to, relevance }) => ({ from: concepts.get(from)!, to: concepts.get(to)!, relevance })),
  };
}

function strongest(relevance: Float32Array, top: number): readonly Pick<ConceptNode, "channel" | "relevance">[] {
  return Array.from(relevance, (value, channel) => ({ channel, relevance: value }))
    .sort((a, b) => b.relevance - a.relevance || a.channel - b.channel)
    .slice(0, top);
}

const idOf = ({ node, channel }: Pick<ConceptNode, "node" | "channel">): string => `${node}:${channel}`;

/** Text of an SVG, which may not hold characters that control: each stands as one that cannot be shown. */
function escaped(text: string): string {
  return text.replace(/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** How strong an edge is, which a number that is none says nothing of. */
const strength = (relevance: number): number => Math.abs(relevance) || 0;

/** The graph in the DOT language of Graphviz; widths show relevance. */
export function graphToDot({ concepts, edges }: AttributionGraph): string {
  const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const largest = edges.reduce((most, { relevance }) => Math.max(most, strength(relevance)), 1e-30);
  const lines = [
    ...concepts.map((concept) => {
      const label = quoted(`${concept.node}\n${concept.channel}: ${concept.relevance.toPrecision(3)}`);
      return `  ${quoted(idOf(concept))} [label=${label.replaceAll("\n", "\\n")}];`;
    }),
    ...edges.map(({ from, to, relevance }) => {
      const width = (0.5 + (4 * strength(relevance)) / largest).toFixed(2);
      const color = relevance < 0 ? "blue" : "red";
      return `  ${quoted(idOf(from))} -> ${quoted(idOf(to))} [penwidth=${width}, color=${color}];`;
    }),
  ];
  return `digraph concepts {\n  node [shape=box, fontname="sans-serif"];\n${lines.join("\n")}\n}\n`;
}

/** The graph as an SVG picture: a row per node, the widths and colours of lines show relevance. */
export function graphToSvg({ concepts, edges }: AttributionGraph): string {
  const [width, height, gap] = [120, 44, 90];
  const rows = [...new Set(concepts.map(({ node }) => node))].map(
    (node) => concepts.filter((concept) => concept.node === node),
  );
  const columns = rows.reduce((most, { length }) => Math.max(most, length), 1);
  const place = new Map<string, readonly [x: number, y: number]>();
  rows.forEach((row, r) => row.forEach((concept, c) => {
    const x = ((c + 0.5) * columns) / row.length;
    place.set(idOf(concept), [x * (width + 20), r * gap + 10]);
  }));
  const largest = edges.reduce((most, { relevance }) => Math.max(most, strength(relevance)), 1e-30);
  const lines = edges.map(({ from, to, relevance }) => {
    const [[x1, y1], [x2, y2]] = [place.get(idOf(from))!, place.get(idOf(to))!];
    const color = relevance < 0 ? "#2166ac" : "#b2182b";
    const ends = `x1="${x1.toFixed(1)}" y1="${y1 + height}" x2="${x2.toFixed(1)}" y2="${y2}"`;
    const thickness = (0.5 + (5 * strength(relevance)) / largest).toFixed(2);
    return `<line ${ends} stroke="${color}" stroke-width="${thickness}"/>`;
  });
  const boxes = concepts.map((concept) => {
    const [x, y] = place.get(idOf(concept))!;
    const label = (text: string, dy: number): string =>
      `<text x="${x.toFixed(1)}" y="${y + dy}" text-anchor="middle">${escaped(text)}</text>`;
    const labels = label(`${concept.node} · ${concept.channel}`, 18) + label(concept.relevance.toPrecision(3), 34);
    return `<rect x="${(x - width / 2).toFixed(1)}" y="${y}" width="${width}" height="${height}" rx="6"/>${labels}`;
  });
  const total = `${columns * (width + 20)} ${rows.length * gap - gap + height + 20}`;
  const font = 'font-family="sans-serif" font-size="12"';
  const nodes = `<g fill="#fff" stroke="#555"><style>text{fill:#222;stroke:none}</style>${boxes.join("")}</g>`;
  const drawing = `<g>${lines.join("")}</g>${nodes}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total}" ${font}>${drawing}</svg>\n`;
}
