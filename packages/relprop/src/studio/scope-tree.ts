/** A network's nodes by the blocks that their names speak of: `layer1.0.conv1` stands in block 0 of layer1. */

/** A node of a network as it is drawn. */
export interface GraphNode {
  readonly name: string;
  readonly kind: string;
  /** Names of nodes, or of the model's inputs. */
  readonly inputs: readonly string[];
}

/** A block: nodes and blocks that stand in it, in the order of the network. */
export interface Scope {
  /** Unlike any node's: ends in `/`. The whole network is `/`. */
  readonly id: string;
  readonly label: string;
  readonly children: readonly (Scope | Leaf)[];
  /** How many nodes stand in it or further down. */
  readonly size: number;
}

/** One node, and what it is called within its block. */
export interface Leaf {
  readonly id: string;
  readonly label: string;
  readonly node: GraphNode;
}

/** Whether it is a block. */
export function isScope(item: Scope | Leaf): item is Scope {
  return "children" in item;
}

interface Growing {
  readonly label: string;
  readonly children: Map<string, Growing | GraphNode>;
}

/** The blocks of a network. One that holds a single node or block is none: its name goes before theirs. */
export function scopeTree(nodes: readonly GraphNode[]): Scope {
  const root: Growing = { label: "", children: new Map() };
  // What is called as the blocks around others stands in them: it reads what is there, and is read there.
  const blocks = new Set<string>();
  for (const { name } of nodes) {
    const path = partsOf(name);
    for (let depth = 1; depth < path.length; depth++) blocks.add(path.slice(0, depth).join("/"));
  }
  for (const node of nodes) {
    const parts = partsOf(node.name);
    let at = root;
    for (const part of blocks.has(parts.join("/")) ? parts : parts.slice(0, -1)) {
      const found = at.children.get(`${part}/`);
      const next = found !== undefined && "children" in found ? found : { label: part, children: new Map() };
      at.children.set(`${part}/`, next);
      at = next;
    }
    at.children.set(node.name, node);
  }
  return finished("", root);
}

function partsOf(name: string): readonly string[] {
  const parts = name.split(/[./:]+/).filter((part) => part !== "");
  return parts.length === 0 ? [name] : parts;
}

function finished(above: string, { label, children }: Growing): Scope {
  const id = `${above}${label}/`;
  const inside = [...children.values()].map((child): Scope | Leaf => {
    if (!("children" in child)) return { id: child.name, label: partsOf(child.name).at(-1)!, node: child };
    const scope = finished(id, child);
    const [only, ...others] = scope.children;
    return others.length === 0 ? { ...only!, label: `${scope.label}.${only!.label}` } : scope;
  });
  return { id, label, children: inside, size: inside.reduce((sum, each) => sum + (isScope(each) ? each.size : 1), 0) };
}

/**
 * The blocks to open so that about `most` boxes are seen: outer ones before inner ones, and where there are too many,
 * as few as the outermost.
 */
export function openedScopes(root: Scope, most: number): ReadonlySet<string> {
  const open = new Set([root.id]);
  let [count, level] = [root.children.length, root.children.filter(isScope)];
  while (level.length > 0) {
    const more = level.reduce((sum, { children }) => sum + children.length - 1, 0);
    if (count + more > most && open.size > 1) break;
    if (count + more > 2 * most) break;
    for (const { id } of level) open.add(id);
    count += more;
    level = level.flatMap(({ children }) => children.filter(isScope));
  }
  return open;
}
