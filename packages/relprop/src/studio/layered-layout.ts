/** Boxes in rows, each below what it reads, with room for lines between them. */

/** What is placed: a box of some size. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Kept in the first or the last row: where lines come in and go out. */
  readonly at?: "top" | "bottom";
}

/** A line between two boxes; those of one source run together as far as they can. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Where a box came to lie: its middle, from the left edge, and its upper edge. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Boxes and lines with their places. */
export interface Layered {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, Place>;
  /** Per link, in the order they were given, the points between its ends where rows are passed. */
  readonly bends: readonly (readonly Place[])[];
}

const [GAP, ROW, LANE] = [24, 30, 12];

interface Cell {
  readonly id: string;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  readonly isLane: boolean;
  readonly above: Cell[];
  readonly below: Cell[];
  x: number;
}

/** Places boxes in rows. Links that lead up (blocks that read one another) take part in no order. */
export function layeredLayout(boxes: readonly Box[], links: readonly Link[]): Layered {
  const order = new Map(boxes.map(({ id }, i) => [id, i]));
  const down = links.filter(({ from, to }) => order.get(from)! < order.get(to)!);
  const rows = rowsOf(boxes, down);
  const count = largest([...rows.values()]) + 1;
  const cells: Cell[][] = Array.from({ length: count }, () => []);
  const own = new Map<string, Cell>();
  const add = (id: string, row: number, size: { width: number; height: number }, isLane: boolean): Cell => {
    const cell = { id, row, ...size, isLane, above: [], below: [], x: 0 };
    cells[row]!.push(cell);
    return cell;
  };
  for (const box of boxes) own.set(box.id, add(box.id, rows.get(box.id)!, box, false));
  const lanes = new Map<string, Cell>();
  for (const { from, to } of down) {
    let last = own.get(from)!;
    for (let row = rows.get(from)! + 1; row < rows.get(to)!; row++) {
      const id = `${from}\n${row}`;
      const lane = lanes.get(id) ?? add(id, row, { width: LANE, height: 0 }, true);
      if (!lanes.has(id)) joined(last, lane);
      lanes.set(id, lane);
      last = lane;
    }
    joined(last, own.get(to)!);
  }
  arrange(cells);
  const heights = cells.map((row) => row.reduce((most, { height }) => Math.max(most, height), 0));
  const tops: number[] = [];
  heights.reduce((y, height, row) => (tops[row] = y) + height + ROW, 0);
  const left = -largest(cells.flat().map(({ x, width }) => width / 2 - x));
  const right = largest(cells.flat().map(({ x, width }) => x + width / 2));
  const places = new Map([...own].map(([id, { x, row, height }]) =>
    [id, { x: x - left, y: tops[row]! + (heights[row]! - height) / 2 }]));
  const bends = links.map(({ from, to }) => {
    const points: Place[] = [];
    for (let row = rows.get(from)! + 1; row < rows.get(to)!; row++) {
      const { x } = lanes.get(`${from}\n${row}`)!;
      points.push({ x: x - left, y: tops[row]! }, { x: x - left, y: tops[row]! + heights[row]! });
    }
    return points;
  });
  return { width: right - left, height: tops.at(-1)! + heights.at(-1)!, places, bends };
}

function joined(above: Cell, below: Cell): void {
  if (above.below.includes(below)) return;
  above.below.push(below);
  below.above.push(above);
}

function grouped(links: readonly Link[], key: (link: Link) => string): ReadonlyMap<string, readonly Link[]> {
  const groups = new Map<string, Link[]>();
  for (const link of links) {
    const group = groups.get(key(link));
    if (group === undefined) groups.set(key(link), [link]);
    else group.push(link);
  }
  return groups;
}

/** The row of each box: below all it reads, and what reads nothing right above what reads it. */
function rowsOf(boxes: readonly Box[], down: readonly Link[]): ReadonlyMap<string, number> {
  const reads = grouped(down, ({ to }) => to);
  const readBy = grouped(down, ({ from }) => from);
  const rows = new Map<string, number>();
  const first = boxes.some(({ at }) => at === "top") ? 1 : 0;
  for (const { id, at } of boxes) {
    const above = (reads.get(id) ?? []).map(({ from }) => rows.get(from)!);
    rows.set(id, at === "top" ? 0 : above.reduce((most, row) => Math.max(most, row + 1), first));
  }
  for (const { id, at } of boxes.toReversed()) {
    if (reads.has(id) || at !== undefined || !readBy.has(id)) continue;
    const nearest = -largest(readBy.get(id)!.map(({ to }) => -rows.get(to)!));
    rows.set(id, Math.max(first, nearest - 1));
  }
  const last = largest([...rows.values()]);
  const deepest = boxes.some(({ id, at }) => at !== "bottom" && rows.get(id) === last) ? last + 1 : last;
  for (const { id, at } of boxes) if (at === "bottom") rows.set(id, deepest);
  return rows;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** Orders each row by what it is joined to, and moves boxes over and under one another. */
function arrange(rows: readonly Cell[][]): void {
  rows.forEach((row) => spread(row, row.map(() => 0)));
  for (let turn = 0; turn < 6; turn++) {
    const isDown = turn % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const key = new Map(row.map((cell) => [cell, middle(cell, isDown ? cell.above : cell.below)]));
      row.sort((a, b) => key.get(a)! - key.get(b)!);
      spread(row, row.map((cell) => key.get(cell)!));
    }
  }
  for (let turn = 0; turn < 8; turn++) {
    for (const row of turn % 2 === 0 ? rows : rows.toReversed()) {
      spread(row, row.map((cell) => middle(cell, [...cell.above, ...cell.below])));
    }
  }
}

/** Where a cell would like to be: lanes stay straight, boxes stand under boxes rather than under lanes. */
function middle(cell: Cell, others: readonly Cell[]): number {
  let [sum, weight] = [0, 0];
  for (const other of others) {
    const pull = cell.isLane && other.isLane ? 8 : cell.isLane || other.isLane ? 1 : 8;
    sum += pull * other.x;
    weight += pull;
  }
  return weight === 0 ? cell.x : sum / weight;
}

/** The places nearest to the wanted ones at which the cells of a row, in order, do not touch. */
function spread(row: readonly Cell[], wanted: readonly number[]): void {
  const offsets: number[] = [];
  row.reduce((at, cell, i) => {
    const before = row[i - 1];
    const gap = before === undefined ? 0 : (before.width + cell.width) / 2 + (before.isLane || cell.isLane ? 8 : GAP);
    return (offsets[i] = at + gap);
  }, 0);
  const blocks: { sum: number; count: number; size: number }[] = [];
  row.forEach((cell, i) => {
    const weight = cell.isLane ? 1 : 3;
    blocks.push({ sum: weight * (wanted[i]! - offsets[i]!), count: weight, size: 1 });
    for (;;) {
      const [before, after] = [blocks.at(-2), blocks.at(-1)!];
      if (before === undefined || before.sum / before.count <= after.sum / after.count) return;
      blocks.splice(-2, 2, {
        sum: before.sum + after.sum, count: before.count + after.count, size: before.size + after.size,
      });
    }
  });
  let i = 0;
  for (const { sum, count, size } of blocks) {
    for (let k = 0; k < size; k++, i++) row[i]!.x = sum / count + offsets[i]!;
  }
}
