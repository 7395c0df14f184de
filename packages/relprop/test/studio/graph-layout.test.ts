import { expect, test } from "vitest";
import { graphLayout, type DrawnBox, type GraphLayout } from "../../src/studio/graph-layout.ts";
import {
  isScope, openedScopes, scopeTree, type GraphNode, type Leaf, type Scope,
} from "../../src/studio/scope-tree.ts";

const node = (name: string, ...inputs: string[]): GraphNode => ({ name, kind: "Conv", inputs });

/** Residual blocks in stages, as residual networks have them. */
function residual(stages: number, blocks: number): readonly GraphNode[] {
  const nodes = [node("input"), node("stem", "input")];
  for (let stage = 0; stage < stages; stage++) {
    for (let block = 0; block < blocks; block++) {
      const [from, at] = [nodes.at(-1)!.name, `layer${stage}.${block}`];
      nodes.push(node(`${at}.conv1`, from), node(`${at}.conv2`, `${at}.conv1`), node(`${at}.add`, `${at}.conv2`, from));
    }
  }
  return [...nodes, node("head", nodes.at(-1)!.name)];
}

/** Each layer reads all before it, as in dense blocks. */
function dense(layers: number): readonly GraphNode[] {
  const nodes = [node("input")];
  for (let i = 0; i < layers; i++) {
    const before = nodes.filter(({ name }) => name === "input" || name.endsWith("conv2")).map(({ name }) => name);
    nodes.push(node(`block.l${i}.concat`, ...before), node(`block.l${i}.conv1`, `block.l${i}.concat`));
    nodes.push(node(`block.l${i}.conv2`, `block.l${i}.conv1`));
  }
  return nodes;
}

const everything = (scope: Scope): readonly string[] =>
  [scope.id, ...scope.children.filter(isScope).flatMap(everything)];

const overlaps = (a: DrawnBox, b: DrawnBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const within = (a: DrawnBox, b: DrawnBox): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;

/** Boxes that lie over one another without one holding the other. */
function collisions({ boxes }: GraphLayout): readonly string[] {
  return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => {
    const isHeld = (a.look === "open" && within(b, a)) || (b.look === "open" && within(a, b));
    return overlaps(a, b) && !isHeld ? [`${a.id} and ${b.id}`] : [];
  }));
}

test("names make blocks, and a block that holds one thing gives it its name", () => {
  const tree = scopeTree(residual(2, 2));
  const shown = (item: Scope | Leaf): unknown => (isScope(item) ? [item.label, item.children.map(shown)] : item.label);
  expect(shown(tree)).toEqual(["", ["input", "stem",
    ["layer0", [["0", ["conv1", "conv2", "add"]], ["1", ["conv1", "conv2", "add"]]]],
    ["layer1", [["0", ["conv1", "conv2", "add"]], ["1", ["conv1", "conv2", "add"]]]], "head"]]);
  const [, down] = scopeTree([node("input"), node("down.0", "input")]).children;
  expect([down!.id, down!.label]).toEqual(["down.0", "down.0"]);
});

test("a node that is called as a block stands in it, and names may be what objects inherit", () => {
  const tree = scopeTree([node("encoder"), node("encoder.a", "encoder"), node("encoder.b", "encoder.a"),
    node("__proto__.x"), node("__proto__.y", "__proto__.x"), node("constructor")]);
  expect(tree.size).toBe(6);
  expect(tree.children.map(({ id }) => id)).toEqual(["/encoder/", "/__proto__/", "constructor"]);
  const [encoder] = tree.children;
  expect(isScope(encoder!) && encoder.children.map(({ id }) => id)).toEqual(["encoder", "encoder.a", "encoder.b"]);
});

test("few blocks are open where there are many nodes, all where there are few", () => {
  const few = scopeTree(residual(2, 2));
  expect(openedScopes(few, 60)).toEqual(new Set(everything(few)));
  const many = scopeTree(residual(4, 40));
  const { boxes } = graphLayout(many, openedScopes(many, 60));
  expect(boxes.filter(({ look }) => look !== "open").length).toBeLessThanOrEqual(120);
  expect(boxes.some(({ look }) => look === "closed")).toBe(true);
});

const networks = [["residual", residual(4, 3)], ["dense", dense(12)]] as const;

test.each(networks)("boxes of a %s network do not lie on others", (_, nodes) => {
  const tree = scopeTree(nodes);
  for (const open of [new Set(everything(tree)), new Set([tree.id]), openedScopes(tree, 20)]) {
    const layout = graphLayout(tree, open);
    expect(collisions(layout)).toEqual([]);
    for (const box of layout.boxes) {
      expect(box.x).toBeGreaterThanOrEqual(-1e-9);
      expect(box.x + box.width).toBeLessThanOrEqual(layout.width + 1e-9);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height + 1e-9);
    }
  }
});

test("every line that is read is drawn whole, from the lower edge of a box to the upper edge of another", () => {
  const nodes = dense(6);
  const tree = scopeTree(nodes);
  const { boxes, lines } = graphLayout(tree, new Set(everything(tree)));
  const at = new Map(boxes.map((box) => [box.id, box]));
  for (const { name, inputs } of nodes) {
    for (const input of inputs) {
      const parts = lines.filter(({ pairs }) => pairs.some(([from, to]) => from === input && to === name));
      const starts = parts.flatMap(({ points }) => [points[0]!]);
      const ends = parts.flatMap(({ points }) => [points.at(-1)!]);
      const [upper, lower] = [at.get(input)!, at.get(name)!];
      expect(starts.some(({ y }) => Math.abs(y - upper.y - upper.height) < 1e-6), `${input} to ${name}`).toBe(true);
      expect(ends.some(({ x, y }) => Math.abs(y - lower.y) < 1e-6 && Math.abs(x - lower.x - lower.width / 2) < 1e-6))
        .toBe(true);
      // Parts join: whatever ends somewhere that is no box goes on there.
      const loose = parts.filter(({ points }) => {
        const { x, y } = points.at(-1)!;
        const isEnd = Math.abs(y - lower.y) < 1e-6;
        return !isEnd && !starts.some((start) => Math.abs(start.x - x) < 1e-6 && Math.abs(start.y - y) < 1e-6);
      });
      expect(loose.map(({ points }) => points.at(-1)), `${input} to ${name}`).toEqual([]);
    }
  }
});

test("blocks that read one another are drawn all the same", () => {
  const between = [node("a.1", "input"), node("b.1", "a.1"), node("a.2", "b.1"), node("b.2", "a.2")];
  const tree = scopeTree([node("input"), ...between]);
  const { boxes, lines } = graphLayout(tree, new Set([tree.id]));
  expect(boxes.map(({ id }) => id)).toEqual(["input", "/a/", "/b/"]);
  expect(lines.map(({ pairs }) => pairs.length)).toEqual([1, 1, 2]);
});

test("700 nodes are laid out in a moment", () => {
  const tree = scopeTree(residual(4, 58));
  const { boxes } = graphLayout(tree, new Set(everything(tree)));
  expect(tree.size).toBe(699);
  expect(boxes).toHaveLength(699 + 4 + 4 * 58);
});
