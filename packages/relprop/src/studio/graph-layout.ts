/** A network as it is drawn: boxes for nodes and closed blocks, frames around open ones, lines for what they read. */
import { layeredLayout, type Box, type Layered, type Place } from "./layered-layout.ts";
import { isScope, type Leaf, type Scope } from "./scope-tree.ts";

export { isScope, openedScopes } from "./scope-tree.ts";

/** A node, a closed block, or the frame of an open one; the place is its upper left corner. */
export interface DrawnBox {
  readonly id: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly look: "node" | "closed" | "open";
  /** What kind of layer it is; absent for blocks. */
  readonly kind: string | undefined;
  /** The nodes it stands for. */
  readonly nodes: readonly string[];
}

/** A piece of a line, and the pairs of nodes, reader last, whose relevance it shows. */
export interface DrawnLine {
  readonly points: readonly Place[];
  readonly pairs: readonly (readonly [from: string, to: string])[];
}

/** Everything that is drawn, and how large the sheet is. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DrawnBox[];
  readonly lines: readonly DrawnLine[];
}

const [WIDTH, HEIGHT, PAD, HEAD] = [176, 44, 14, 26];

interface Seen {
  readonly from: string;
  readonly to: string;
  readonly pairs: (readonly [from: string, to: string])[];
}

interface Frame {
  readonly scope: Scope;
  readonly layered: Layered;
  readonly links: readonly (Seen & { readonly source: string; readonly target: string })[];
  readonly inner: ReadonlyMap<string, Frame>;
}

/** Lays out the blocks of `open` and all that stands in them. */
export function graphLayout(root: Scope, open: ReadonlySet<string>): GraphLayout {
  const seen = seenLines(root, open);
  const frame = framed(root, open, seen, true);
  const boxes: DrawnBox[] = [];
  const lines: DrawnLine[] = [];
  drawn(frame, 0, 0, boxes, lines);
  return { width: frame.layered.width, height: frame.layered.height, boxes, lines };
}

/** What is seen of each node: itself, or the outermost closed block around it. */
function seenAs(root: Scope, open: ReadonlySet<string>): ReadonlyMap<string, string> {
  const as = new Map<string, string>();
  const go = (item: Scope | Leaf, closed: string | undefined): void => {
    if (!isScope(item)) return void as.set(item.id, closed ?? item.id);
    const around = closed ?? (open.has(item.id) ? undefined : item.id);
    for (const child of item.children) go(child, around);
  };
  go(root, undefined);
  return as;
}

function seenLines(root: Scope, open: ReadonlySet<string>): readonly Seen[] {
  const as = seenAs(root, open);
  const found = new Map<string, Seen>();
  for (const { node: { name, inputs } } of leavesOf(root)) {
    for (const input of new Set(inputs)) {
      const [from, to] = [as.get(input), as.get(name)!];
      if (from === undefined || from === to) continue;
      const key = `${from}\n${to}`;
      const line = found.get(key) ?? { from, to, pairs: [] };
      line.pairs.push([input, name]);
      found.set(key, line);
    }
  }
  return [...found.values()];
}

function leavesOf(item: Scope | Leaf): readonly Leaf[] {
  return isScope(item) ? item.children.flatMap(leavesOf) : [item];
}

/** A block with all that is in it; lines that cross its border go through ports of no width. */
function framed(scope: Scope, open: ReadonlySet<string>, lines: readonly Seen[], isRoot = false): Frame {
  const holder = new Map<string, string>();
  for (const child of scope.children) {
    holder.set(child.id, child.id);
    for (const id of isScope(child) && open.has(child.id) ? insideOf(child) : []) holder.set(id, child.id);
  }
  const inner = new Map<string, Frame>();
  const boxes: Box[] = [];
  for (const child of scope.children) {
    if (!isScope(child) || !open.has(child.id)) {
      boxes.push({ id: child.id, width: WIDTH, height: HEIGHT });
      continue;
    }
    const frame = framed(child, open, lines);
    inner.set(child.id, frame);
    const { width, height } = frame.layered;
    boxes.push({ id: child.id, width: Math.max(WIDTH, width + 2 * PAD), height: height + HEAD + PAD });
  }
  const links = lines.flatMap((line) => {
    const [source, target] = [holder.get(line.from), holder.get(line.to)];
    if ((source === undefined && target === undefined) || source === target) return [];
    return [{ ...line, source: source ?? `in ${line.from}`, target: target ?? `out ${line.from}` }];
  });
  const ports = (side: "source" | "target", mark: string, at: "top" | "bottom"): readonly Box[] =>
    [...new Set(links.map((link) => link[side]).filter((id) => id.startsWith(mark) && !holder.has(id)))]
      .map((id) => ({ id, width: 2, height: 0, at }));
  const around = [ports("source", "in ", "top"), boxes, ports("target", "out ", "bottom")];
  const placed = isRoot ? boxes : around.flat();
  return { scope, layered: layeredLayout(placed, links.map(ends)), links, inner };
}

const ends = ({ source, target }: { readonly source: string; readonly target: string }) =>
  ({ from: source, to: target });

function insideOf(scope: Scope): readonly string[] {
  return scope.children.flatMap((child) => [child.id, ...(isScope(child) ? insideOf(child) : [])]);
}

/** Adds what a frame holds, shifted to where it stands. */
function drawn(frame: Frame, left: number, top: number, boxes: DrawnBox[], lines: DrawnLine[]): void {
  const { scope, layered: { places, bends }, links, inner } = frame;
  const corner = (child: Frame): Place => {
    const { x, y } = places.get(child.scope.id)!;
    return { x: left + x - child.layered.width / 2, y: top + y + HEAD };
  };
  for (const child of scope.children) {
    const { x, y } = places.get(child.id)!;
    const within = inner.get(child.id);
    const width = within === undefined ? WIDTH : Math.max(WIDTH, within.layered.width + 2 * PAD);
    const height = within === undefined ? HEIGHT : within.layered.height + HEAD + PAD;
    const look = within !== undefined ? "open" : isScope(child) ? "closed" : "node";
    const nodes = leavesOf(child).map(({ id }) => id);
    const kind = isScope(child) ? undefined : child.node.kind;
    const [cornerX, cornerY] = [left + x - width / 2, top + y];
    boxes.push({ id: child.id, label: child.label, x: cornerX, y: cornerY, width, height, look, kind, nodes });
    if (within === undefined) continue;
    const at = corner(within);
    drawn(within, at.x, at.y, boxes, lines);
  }
  /** Where a line meets a box, a frame's port, or the border of this frame. */
  const end = (id: string, port: string, isUpper: boolean): Place => {
    const { x, y } = places.get(id)!;
    const within = inner.get(id);
    if (within === undefined) {
      const isPort = !scope.children.some((child) => child.id === id);
      const inset = isPort ? (isUpper ? -HEAD : PAD) : 0;
      return { x: left + x, y: top + y + (isPort ? inset : isUpper ? HEIGHT : 0) };
    }
    const inside = corner(within);
    const at = within.layered.places.get(port)!;
    const edge = isUpper ? top + y + within.layered.height + HEAD + PAD : top + y;
    return { x: inside.x + at.x, y: edge };
  };
  links.forEach(({ source, target, from, pairs }, i) => {
    const between = bends[i]!.map(({ x, y }) => ({ x: left + x, y: top + y }));
    const points = [end(source, `out ${from}`, true), ...between, end(target, `in ${from}`, false)];
    lines.push({ points, pairs });
  });
}
