// Small ONNX files of hostile structure: what is shared, empty, deep, wide, of many axes, or asks for much by its
// attributes.
import { attributes, floats, longs, node, tensor, value } from "./graph.js";
import { BINARY, COUNTS, EXTENTS, MANY, NAMED, NUMBERS, OTHERS, TEXTS, UNARY } from "./operators.js";
import { block, joined, whole } from "./protobuf.js";

/** One file; the same for the same seed. */
export function onnxCase(random) {
  return new Case(random).file();
}

class Case {
  #random;
  #count = 0;
  #fields = [];
  #inputs = [];
  /** Names of values that nodes may read. */
  #values = [];

  constructor(random) {
    this.#random = random;
  }

  file() {
    const version = this.#pick([1, 6, 7, 9, 11, 13, 13, 17, 18, 21, 23]);
    this.#begin();
    for (let left = this.#pick([1, 2, 4, 8, 16]); left > 0; left--) this.#shape()();
    const last = this.#values.slice(-this.#pick([1, 1, 2, 4]));
    // What nobody reads is not lowered: the last values are asked for, and meet the input where they are constants.
    const outputs = last.map((name) => {
      if (this.#chance(0.5)) return name;
      const out = this.#name();
      this.#fields.push(node(this.#pick(["Add", "Mul", "Concat"]), ["x", name], [out], [attributes.int("axis", 1)]));
      return out;
    });
    const graph = [...this.#inputs, ...this.#fields, ...outputs.map((name) => value(12, name, []))];
    return joined([whole(1, 8), block(7, graph), block(8, [block(1, ""), whole(2, version)])]);
  }

  #begin() {
    const extents = this.#chance(0.7)
      ? this.#pick([[1, 4], [undefined, 4], [1, 3, 8, 8], [undefined, 2, 16], [1, 1, 5, 5, 5], [1, 1], [2, 3]])
      : this.#extents(this.#pick([0, 1, 2, 3, 4, 5, 70]));
    this.#inputs.push(value(11, "x", extents, this.#pick([1, 1, 1, 1, 7, 2, 9])));
    this.#values.push("x");
    for (let more = this.#pick([0, 0, 0, 1, 2, 500]); more > 0; more--) {
      const name = this.#name();
      this.#inputs.push(value(11, name, [1, 4], this.#pick([1, 7])));
      if (more < 3) this.#values.push(name);
    }
    for (let left = this.#pick([1, 3, 6]); left > 0; left--) this.#constant();
  }

  /** A way for a graph to be out of proportion. */
  #shape() {
    return this.#pick([
      () => this.#node(), () => this.#node(), () => this.#node(), () => this.#node(), () => this.#constant(),
      () => this.#chain(), () => this.#fan(), () => this.#diamonds(), () => this.#outputs(), () => this.#branch(),
      () => this.#messages(),
    ]);
  }

  #constant() {
    const name = this.#name();
    if (this.#chance(0.4)) {
      const list = Array.from({ length: this.#pick([0, 1, 1, 2, 2, 3, 4, 8, 200]) }, () => this.#pick(NUMBERS));
      const isScalar = list.length === 1 && this.#chance(0.4);
      this.#fields.push(tensor(name, isScalar ? [] : [list.length], 7, longs(list)));
    } else {
      const shape = this.#extents(this.#pick([0, 1, 1, 2, 2, 3, 4, 4, 5, 65]));
      const size = shape.reduce((product, extent) => product * extent, 1);
      const fits = size <= 20000
        ? shape
        : shape.map((extent) => (extent > 64 ? this.#pick([0, 1, 3]) : extent)).slice(0, 3);
      const count = fits.reduce((product, extent) => product * extent, 1);
      const isFloat = this.#chance(0.8);
      const bytes = isFloat
        ? floats(new Array(count).fill(this.#pick([0, 1, 0.5, -2, NaN])))
        : new Uint8Array(count);
      this.#fields.push(tensor(name, fits, isFloat ? 1 : 2, bytes));
    }
    this.#values.push(name);
  }

  #node(inputs = undefined) {
    const op = this.#pick(this.#pick([UNARY, BINARY, MANY, OTHERS]));
    const count = UNARY.includes(op) ? 1
      : BINARY.includes(op) ? 2
      : this.#pick(MANY.includes(op) ? COUNTS : [1, 2, 3, 4, 5]);
    const one = this.#value();
    const isSame = this.#chance(0.3);
    const reads = inputs ?? Array.from({ length: count }, () => (isSame ? one : this.#value()));
    const out = this.#name();
    this.#fields.push(node(op, this.#chance(0.05) ? reads.slice(0, -1) : reads, [out], this.#attributes()));
    this.#values.push(out);
  }

  /** The same again and again, one behind the other. */
  #chain() {
    const op = this.#pick([...UNARY, ...BINARY, "Transpose", "Pad", "Slice", "Tile", "MaxPool"]);
    const [more, given] = [this.#chance(0.5) ? [this.#value()] : [], this.#attributes()];
    let from = this.#value();
    for (let left = this.#pick(COUNTS); left > 0; left--) {
      const to = this.#name();
      this.#fields.push(node(op, [from, ...more], [to], given));
      from = to;
    }
    this.#values.push(from);
  }

  /** Many that read one, and one that reads many. */
  #fan() {
    const [op, given] = [this.#pick([...UNARY, ...BINARY, ...OTHERS]), this.#attributes()];
    const [from, other] = [this.#value(), this.#value()];
    const names = Array.from({ length: this.#pick(COUNTS) }, () => {
      const to = this.#name();
      this.#fields.push(node(op, [from, other], [to], given));
      return to;
    });
    const out = this.#name();
    this.#fields.push(node(this.#pick(MANY), names, [out], [attributes.int("axis", this.#pick([0, 1, -1]))]));
    this.#values.push(out);
  }

  /** What doubles, or is taken to the k-th, with every node. */
  #diamonds() {
    const op = this.#pick(["Add", "Mul", "Concat", "MatMul", "Sum", "Max", "Where"]);
    const width = this.#pick([2, 2, 3, 16]);
    let from = this.#value();
    for (let left = this.#pick([3, 8, 20, 60]); left > 0; left--) {
      const to = this.#name();
      this.#fields.push(node(op, new Array(width).fill(from), [to], [attributes.int("axis", this.#pick([0, 1]))]));
      from = to;
    }
    this.#values.push(from);
  }

  /** One node of many outputs. */
  #outputs() {
    const outputs = Array.from({ length: this.#pick(COUNTS) }, () => this.#name());
    const op = this.#pick(["Split", "Split", "Unique", "TopK", "BatchNormalization", "LSTM"]);
    const reads = [this.#value(), ...(this.#chance(0.3) ? [this.#value()] : [])];
    this.#fields.push(node(op, reads, outputs, this.#attributes()));
    this.#values.push(outputs.at(-1));
  }

  /** Subgraphs within subgraphs. */
  #branch() {
    const out = this.#name();
    const level = (depth) => {
      const name = depth === 0 ? out : this.#name();
      const inner = depth >= this.depth
        ? [node("Relu", [this.#value()], [name])]
        : [this.#if(name, [level(depth + 1), level(depth + 1)])];
      return { name, fields: [...inner, value(12, name, [])] };
    };
    this.depth = this.#pick([1, 2, 3, 6, 18]);
    if (this.depth > 6) this.#chain();
    else this.#fields.push(level(0).fields[0]);
    this.#values.push(this.depth > 6 ? this.#values.at(-1) : out);
  }

  #if(name, [one, other]) {
    return node("If", [this.#value()], [name], [
      attributes.graph("then_branch", one.fields), attributes.graph("else_branch", other.fields),
    ]);
  }

  /** Messages with nothing in them. */
  #messages() {
    const empty = Uint8Array.from(this.#pick([[0x2a, 0], [0x5a, 0], [0x0a, 5, 0x0a, 0, 0x22, 1, 65]]));
    this.#fields.push(joined(new Array(this.#pick([1, 10, 2000])).fill(empty)));
  }

  #attributes() {
    const found = new Map();
    for (let left = this.#pick([0, 1, 2, 4]); left > 0; left--) {
      const kind = this.#pick(["int", "int", "ints", "ints", "text", "float"]);
      const name = this.#pick(NAMED[kind]);
      found.set(name, attributes[kind](name, this.#said(kind)));
    }
    return [...found.values()];
  }

  /** What an attribute says. */
  #said(kind) {
    if (kind === "int") return this.#pick(NUMBERS);
    if (kind === "text") return this.#pick(TEXTS);
    if (kind === "float") return this.#pick([0, 1, 1e-5, NaN, 1e30]);
    return Array.from({ length: this.#pick([0, 1, 2, 2, 3, 4, 4, 6, 8, 100]) }, () => this.#pick(NUMBERS));
  }

  #extents(rank) {
    return Array.from({ length: rank }, () => (rank > 8 ? this.#pick([0, 1, 1, 1]) : this.#pick(EXTENTS)));
  }

  #value() {
    // Mostly what came last, so that graphs grow deep.
    return this.#chance(0.4) ? this.#values.at(-1) : this.#pick(this.#values);
  }

  #name() {
    return `v${this.#count++}`;
  }

  #pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  #chance(probability) {
    return this.#random() < probability;
  }
}
