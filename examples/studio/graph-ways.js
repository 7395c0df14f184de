// Where one gets from a box of the graph, and how lines run.
import { isScope } from "./graph-layout.js";

/** The box that is nearest in a direction; the first of all where none is chosen. */
export function nearest(boxes, from, [dx, dy]) {
  if (from === undefined) return boxes[0];
  const middle = ({ x, y, width, look }) => [x + width / 2, y + (look === "open" ? 8 : 22)];
  const [x, y] = middle(from);
  let [best, least] = [undefined, Infinity];
  for (const box of boxes) {
    const [bx, by] = middle(box);
    const along = (bx - x) * dx + (by - y) * dy;
    const aside = Math.abs((bx - x) * dy) + Math.abs((by - y) * dx);
    if (along <= 1 || box === from) continue;
    const far = along + 2.5 * aside;
    if (far < least) [best, least] = [box, far];
  }
  return best;
}

/** The blocks around a node, from the outermost, and the node itself. */
export function pathTo(item, name) {
  if (!isScope(item)) return item.id === name ? [item] : undefined;
  for (const child of item.children) {
    const path = pathTo(child, name);
    if (path !== undefined) return [item, ...path];
  }
  return undefined;
}

/** The largest size among finite numbers by any keys, however many there are; next to 0 where there is none. */
export function largest(numbers) {
  let most = 1e-30;
  for (const value of numbers.values()) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}

/** The box around a line. */
export function around(points) {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x: x - 6, y: y - 6, width: Math.max(...xs) - x + 12, height: Math.max(...ys) - y + 12 };
}

/** Down and up in straight lines, aside in curves. */
export function curve([first, ...rest]) {
  let [path, last] = [`M${first.x} ${first.y}`, first];
  for (const point of rest) {
    const half = (last.y + point.y) / 2;
    path += point.x === last.x
      ? `L${point.x} ${point.y}` : `C${last.x} ${half} ${point.x} ${half} ${point.x} ${point.y}`;
    last = point;
  }
  return path;
}

/** What the element of a box is called. */
export function idOf(id) {
  return `box-${encodeURIComponent(id)}`;
}

/** What a box is called, as far as there is room. */
export function titleOf({ label, width }) {
  const most = Math.floor((width - 20) / 7.6);
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
}

/** Relevance of a node; of a block what comes to it from above: what leaves its nodes to readers outside. */
export function relevanceOf(box, flow) {
  if (flow.nodes.size === 0) return undefined;
  if (box.look === "node") return flow.nodes.get(box.id);
  const within = new Set(box.nodes);
  let sum = 0;
  for (const [key, relevance] of flow.edges) {
    const [from, to] = key.split("\n");
    if (within.has(from) && !within.has(to)) sum += relevance;
  }
  return sum;
}
