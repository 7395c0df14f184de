// The network as a graph: only what is on the screen is in the page, however many nodes there are.
import { drawn, number } from "./element.js";
import { graphLayout, isScope, openedScopes } from "./graph-layout.js";
import { around, curve, idOf, largest, nearest, pathTo, relevanceOf, titleOf } from "./graph-ways.js";

const [LEAST, MOST, SEEN] = [0.05, 3, 70];

/** Draws in an `svg`, and calls `choose` with the name of a node that was chosen. */
export class GraphView {
  #svg;
  #said;
  #choose;
  #sheet = drawn("g");
  /** Names of open blocks, above the lines that run through them. */
  #names = drawn("g", { class: "names" });
  #tree;
  #open = new Set();
  #layout = { width: 1, height: 1, boxes: [], lines: [] };
  #at = { x: 0, y: 0, scale: 1 };
  #flow = { nodes: new Map(), edges: new Map(), most: 1 };
  #chosen;
  #drawn = new Map();
  #pointers = new Map();
  #moved = 0;
  #due = false;

  constructor(svg, said, choose) {
    this.#svg = svg;
    this.#said = said;
    this.#choose = choose;
    svg.append(this.#sheet);
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, (event) => this.#up(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#soon()).observe(svg);
  }

  /** Shows another network, with as many blocks open as can be read. */
  show(tree) {
    this.#tree = tree;
    this.#flow = { nodes: new Map(), edges: new Map(), most: 1 };
    this.#chosen = undefined;
    this.fold();
  }

  /** Shows where relevance runs. */
  color({ rows, edges, arrived }) {
    const nodes = new Map([...rows.map((row) => [row.node, row.in]), ...Object.entries(arrived)]);
    const sums = new Map();
    for (const { from, to, relevance } of edges) {
      const key = `${from}\n${to}`;
      sums.set(key, (sums.get(key) ?? 0) + relevance);
    }
    this.#flow = { nodes, edges: sums, most: largest(sums) };
    this.#again();
  }

  fold() {
    this.#open = new Set(openedScopes(this.#tree, SEEN));
    this.#relay();
    this.whole();
  }

  unfold() {
    const all = (scope) => [scope.id, ...scope.children.filter(isScope).flatMap(all)];
    this.#open = new Set(all(this.#tree));
    this.#relay();
    this.whole();
  }

  /** All of it, or where that cannot be read its beginning, as wide as fits. */
  whole() {
    const { width, height } = this.#extent();
    const { width: w, height: h } = this.#layout;
    const fits = Math.min((width - 32) / w, (height - 32) / h);
    const scale = Math.min(1.25, Math.max(fits, Math.min(0.62, (width - 32) / w)));
    this.#at = { scale, x: (width - w * scale) / 2, y: h * scale > height ? 16 : (height - h * scale) / 2 };
    this.#soon();
  }

  zoom(factor, x = this.#extent().width / 2, y = this.#extent().height / 2) {
    const scale = Math.min(MOST, Math.max(LEAST, this.#at.scale * factor));
    const real = scale / this.#at.scale;
    this.#at = { scale, x: x - (x - this.#at.x) * real, y: y - (y - this.#at.y) * real };
    this.#soon();
  }

  /** Opens the blocks around a node, and moves there. */
  find(name) {
    const path = pathTo(this.#tree, name);
    if (path === undefined) return false;
    for (const { id } of path.slice(0, -1)) this.#open.add(id);
    this.#relay();
    this.#select(path.at(-1).id, true);
    return true;
  }

  #extent() {
    const { width, height } = this.#svg.getBoundingClientRect();
    return { width: width || 300, height: height || 300 };
  }

  #relay() {
    this.#layout = graphLayout(this.#tree, this.#open);
    this.#again();
  }

  #again() {
    this.#drawn.clear();
    this.#names.replaceChildren();
    this.#sheet.replaceChildren(this.#names);
    this.#soon();
  }

  #soon() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #draw() {
    const { x, y, scale } = this.#at;
    const { width, height } = this.#extent();
    this.#sheet.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    const [left, top, right, bottom] = [-x / scale, -y / scale, (width - x) / scale, (height - y) / scale];
    const isSeen = (box) => box.x < right && box.x + box.width > left && box.y < bottom && box.y + box.height > top;
    const wanted = new Map();
    for (const box of this.#layout.boxes) {
      if (!isSeen(box)) continue;
      wanted.set(`box ${box.id}`, () => this.#box(box));
      if (box.look === "open") wanted.set(`name ${box.id}`, () => this.#name(box));
    }
    this.#layout.lines.forEach((line, i) => {
      if (isSeen(line.box ??= around(line.points))) wanted.set(`line ${i}`, () => this.#line(line));
    });
    for (const [key, made] of this.#drawn) {
      if (wanted.has(key)) continue;
      made.remove();
      this.#drawn.delete(key);
    }
    for (const [key, make] of wanted) {
      if (this.#drawn.has(key)) continue;
      const made = make();
      this.#drawn.set(key, made);
      if (key.startsWith("name ")) this.#names.append(made);
      else if (made.classList.contains("open")) this.#sheet.prepend(made);
      else this.#names.before(made);
    }
    this.#svg.dataset.drawn = this.#drawn.size;
  }

  #box(box) {
    const relevance = relevanceOf(box, this.#flow);
    const group = drawn("g", { class: `box ${box.look}`, transform: `translate(${box.x} ${box.y})`, id: idOf(box.id) });
    const { width, height, look } = box;
    const rect = drawn("rect", { width, height, rx: 8 });
    if (look !== "open" && relevance !== undefined) {
      const share = Math.round(100 * Math.min(1, Math.abs(relevance) / this.#scaleOfNodes()));
      rect.style.fill = `color-mix(in oklab, var(--${relevance < 0 ? "against" : "for"}) ${share * 0.6}%, var(--card))`;
    }
    group.append(rect);
    if (look !== "open") {
      group.append(drawn("text", { x: 10, y: 18, class: "title" }, titleOf(box)));
      group.append(drawn("text", { x: 10, y: 35, class: "faint" }, this.#under(box, relevance)));
    }
    group.append(drawn("title", {}, this.#sentence(box)));
    if (box.id === this.#chosen) group.classList.add("chosen");
    group.addEventListener("click", () => {
      if (this.#moved <= 6) this.#enter(box);
    });
    return group;
  }

  #name(box) {
    return drawn("text", { x: box.x + 10, y: box.y + 18, class: "title" }, titleOf(box));
  }

  #line({ points, pairs }) {
    let relevance = 0;
    for (const [from, to] of pairs) relevance += this.#flow.edges.get(`${from}\n${to}`) ?? 0;
    const share = Math.abs(relevance) / this.#flow.most;
    const path = drawn("path", { d: curve(points), class: `line ${relevance < 0 ? "against" : "for"}` });
    path.style.strokeWidth = this.#flow.edges.size === 0 ? 1.5 : 0.75 + 9 * Math.min(1, share);
    if (this.#flow.edges.size > 0 && share < 1e-3) path.classList.add("dry");
    const [[from], to] = [pairs[0], pairs.at(-1)[1]];
    path.append(drawn("title", {}, `from ${to} to ${from}: ${number(relevance)}`));
    return path;
  }

  #scaleOfNodes() {
    return largest(this.#flow.nodes);
  }

  #under(box, relevance) {
    const what = box.look === "closed" ? `${box.nodes.length} nodes ▸` : box.kind;
    return relevance === undefined ? what : `${what} · ${number(relevance)}`;
  }

  #sentence(box) {
    const relevance = relevanceOf(box, this.#flow);
    const what = box.look === "node" ? box.kind : `${box.look} block of ${box.nodes.length} nodes`;
    return `${box.look === "node" ? box.id : box.id.slice(0, -1)}, ${what}`
      + (relevance === undefined ? "" : `, relevance ${number(relevance)}`);
  }

  #select(id, isMoving = false) {
    const box = this.#layout.boxes.find((each) => each.id === id);
    if (box === undefined) return;
    this.#drawn.get(`box ${this.#chosen}`)?.classList.remove("chosen");
    this.#chosen = id;
    this.#drawn.get(`box ${id}`)?.classList.add("chosen");
    this.#svg.setAttribute("aria-activedescendant", idOf(id));
    this.#said.textContent = this.#sentence(box);
    if (isMoving) this.#into(box);
    if (box.look === "node") this.#choose(box.id);
  }

  /** Opens or closes a block. */
  #enter({ id, look }) {
    if (look === "node") return this.#select(id);
    const before = this.#layout.boxes.find((box) => box.id === id);
    if (look === "open") this.#open.delete(id);
    else this.#open.add(id);
    this.#relay();
    const after = this.#layout.boxes.find((box) => box.id === id);
    // What was pointed at stays where it was.
    this.#at.x += (before.x + before.width / 2 - after.x - after.width / 2) * this.#at.scale;
    this.#at.y += (before.y - after.y) * this.#at.scale;
    this.#select(id);
  }

  #into(box) {
    const { width, height } = this.#extent();
    if (this.#at.scale < 0.5) this.#at.scale = 0.8;
    const { scale } = this.#at;
    const [x, y] = [box.x * scale + this.#at.x, box.y * scale + this.#at.y];
    const high = Math.min(box.height * scale, 60);
    if (x < 8 || x + box.width * scale > width - 8) this.#at.x = width / 2 - (box.x + box.width / 2) * scale;
    if (y < 8 || y + high > height - 8) this.#at.y = height / 2 - box.y * scale - high / 2;
    this.#soon();
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.#svg) return;
    event.preventDefault();
    const { left, top } = this.#svg.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top);
  }

  #down(event) {
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 1) this.#moved = 0;
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    this.#moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (this.#moved > 6) this.#svg.setPointerCapture(event.pointerId);
    if (other !== undefined) {
      const apart = (a) => Math.hypot(a.x - other.x, a.y - other.y);
      const { left, top } = this.#svg.getBoundingClientRect();
      const factor = apart(now) / Math.max(1, apart(before));
      return this.zoom(factor, (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top);
    }
    this.#at.x += now.x - before.x;
    this.#at.y += now.y - before.y;
    this.#soon();
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
  }

  #key(event) {
    const { key } = event;
    const box = this.#layout.boxes.find(({ id }) => id === this.#chosen);
    const done = () => event.preventDefault();
    if (key === "+" || key === "=") return done(this.zoom(1.25));
    if (key === "-") return done(this.zoom(0.8));
    if (key === "0") return done(this.whole());
    if ((key === "Enter" || key === " ") && box !== undefined) return done(this.#enter(box));
    const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
    if (way === undefined) return;
    const next = nearest(this.#layout.boxes, box, way);
    if (next !== undefined) this.#select(next.id, true);
    done();
  }
}
