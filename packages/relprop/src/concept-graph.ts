/** Which concepts feed which, as a drawing: what each of them sees, how much runs through it, and between them. */
import { attributionGraph, CRP, type AttributionGraph, type ConceptNode } from "@relprop/crp";
import { Drawing, heatmap, type Image, type DrawnShape } from "@relprop/heatmap";
import type { LRP, Target } from "@relprop/lrp";
import { optionsOf, type Tensor, type Value } from "@relprop/tensor";
import { grayOf } from "./gray.ts";

/** What a graph of concepts shows. */
export interface ConceptGraphOptions {
  /** How many concepts of the node below are followed per concept; 3 by default. */
  readonly top?: number;
  /** What is explained; `"max"` by default. */
  readonly target?: Target;
  /** The picture that the input was made from; concepts are shown on it. */
  readonly image?: Image | undefined;
  readonly title?: string;
}

const [SIDE, COLUMN, ROW, LEFT, TOP] = [84, 150, 190, 24, 64];

/**
 * Concepts in rows, from the output's nearest node down, each with the heatmap of the input through it alone and its
 * share of what was explained. Lines are as wide as the relevance between two concepts: red for, blue against.
 */
export function conceptGraph(
  lrp: LRP, input: Value, nodes: readonly string[], options: ConceptGraphOptions = {},
): Drawing {
  optionsOf("conceptGraph", options);
  const { top = 3, target = "max", image, title = "concepts that carry the prediction" } = options;
  const tape = lrp.forward(input);
  const graph = attributionGraph(lrp, tape, nodes, { target, top });
  const conditions = graph.concepts.map(({ node, channel }) => ({ nodes: { [node]: [channel] } }));
  const through = new CRP(lrp).conditional(tape, conditions, { target });
  const pictures = through.map(({ relevance }) => pictured(lrp, relevance, image));
  return drawn(graph, pictures, nodes, title);
}

/** The heatmap of what runs through a concept, on the picture if there is one; `undefined` for what is no picture. */
function pictured(lrp: LRP, relevance: Tensor, image: Image | undefined): Image | undefined {
  if (relevance.shape.length !== 4) return undefined;
  const layout = lrp.model.layout(lrp.model.inputs[0]!.name);
  const overlay = image === undefined ? {} : { overlay: { image: grayOf(image), alpha: 0.85, fade: true } };
  return heatmap({ relevance, layout }, overlay).rgba();
}

function drawn(
  { concepts, edges }: AttributionGraph, pictures: readonly (Image | undefined)[], nodes: readonly string[],
  title: string,
): Drawing {
  const rows = nodes.map((node) => concepts.filter((concept) => concept.node === node));
  const columns = rows.reduce((most, { length }) => Math.max(most, length), 1);
  const hasPictures = pictures.some((picture) => picture !== undefined);
  const [side, row] = hasPictures ? [SIDE, ROW] : [26, 110];
  const width = Math.max(LEFT * 2 + columns * COLUMN, 480);
  const height = TOP + 18 + (rows.length - 1) * row + side + 64;
  const place = new Map<ConceptNode, readonly [x: number, y: number]>();
  rows.forEach((each, r) => each.forEach((concept, c) => {
    const x = width / 2 + (c - (each.length - 1) / 2) * COLUMN;
    place.set(concept, [x, TOP + 18 + r * row]);
  }));
  const find = ({ node, channel }: ConceptNode): readonly [number, number] =>
    place.get(concepts.find((concept) => concept.node === node && concept.channel === channel)!)!;
  const largest = edges.reduce((most, { relevance }) => Math.max(most, Math.abs(relevance)), 1e-30);
  const shapes: DrawnShape[] = [{ kind: "label", x: LEFT, y: 26, text: title, size: 17, bold: true }];
  const under = side + 34;
  for (const { from, to, relevance } of edges) {
    const [[x1, y1], [x2, y2]] = [find(from), find(to)];
    shapes.push({
      kind: "path", points: [[x1, y1 + under], [x2, y2]], width: 0.75 + (4 * Math.abs(relevance)) / largest,
      stroke: relevance < 0 ? "against" : "for",
    });
  }
  concepts.forEach((concept, i) => {
    const [x, y] = place.get(concept)!;
    const picture = pictures[i];
    shapes.push({ kind: "box", x: x - side / 2 - 2, y: y - 2, width: side + 4, height: under + 2, fill: "paper" });
    if (picture === undefined) {
      shapes.push({ kind: "box", x: x - side / 2, y, width: side, height: side, fill: "line" });
    } else {
      shapes.push({ kind: "box", x: x - side / 2 - 1, y: y - 1, width: side + 2, height: side + 2, fill: "line" });
      shapes.push({ kind: "inset", x: x - side / 2, y, width: side, height: side, image: picture });
    }
    shapes.push({ kind: "label", x, y: y + side + 14, text: `concept ${concept.channel}`, size: 12, anchor: "middle" });
    shapes.push({
      kind: "label", x, y: y + side + 29, text: percent(concept.relevance), size: 12, anchor: "middle", fill: "faint",
    });
  });
  nodes.forEach((node, r) => {
    const y = TOP + 8 + r * row;
    shapes.push({ kind: "label", x: LEFT, y, text: node, size: 12, fill: "faint" });
  });
  const foot = `shares of what was explained; lines: relevance from concept to concept, the widest ${percent(largest)}`;
  shapes.push({ kind: "label", x: LEFT, y: height - 12, text: foot, size: 11, fill: "faint" });
  const alt = concepts.map(({ node, channel, relevance }) => `${node} concept ${channel}: ${percent(relevance)}`);
  return new Drawing(width, height, shapes, `${title}. ${alt.join(", ")}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.replace("-", "−");
}
