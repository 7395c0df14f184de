/** TensorFlow's graphs as JSON: nodes with what they read and what they say. */
import type { Json } from "../../json.ts";
import { Settings } from "../settings.ts";

/** One operation of a graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of values: `conv` for the first output of a node, `split:1` for the second. */
  readonly inputs: readonly string[];
  readonly says: NodeSettings;
  /** What a loop goes through. */
  readonly parts?: Readonly<Record<string, Subgraph>>;
}

/** Nodes with what they are given and what they give, by names of values. */
export interface Subgraph {
  readonly inputs: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly string[];
}

/** The nodes of a graph; what only waits for others is left out. */
export function readNodes(topology: Settings, list = "node"): readonly GraphNode[] {
  return (topology.list(list) ?? []).map((json): GraphNode => {
    const node = new Settings(json, "a node");
    const inputs = (node.list("input") ?? []).flatMap((name) => {
      if (typeof name !== "string") throw new RangeError("takes names as inputs of nodes, got something else");
      return name.startsWith("^") ? [] : [valueName(name)];
    });
    const says = new NodeSettings(node.any("attr") === undefined ? new Settings(new Map()) : node.settings("attr"));
    return { name: node.text("name") ?? "", op: node.text("op") ?? "", inputs, says };
  });
}

/** The name without the number of a first output. */
export function valueName(name: string): string {
  return name.replace(/:0$/, "");
}

/** What a node says besides its inputs; numbers may be written as texts, and texts are in base 64. */
export class NodeSettings {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** A whole number. */
  integer(name: string): number | undefined {
    return whole(this.#of(name)?.any("i"), name);
  }

  /** Whole numbers. */
  integers(name: string): readonly number[] | undefined {
    return this.#list(name, "i")?.map((item) => whole(item, name) ?? 0);
  }

  /** A number. */
  float(name: string): number | undefined {
    const value = this.#of(name)?.any("f");
    return value === undefined ? undefined : Number(value);
  }

  /** True or false, false where absent. */
  flag(name: string): boolean {
    return this.#of(name)?.any("b") === true;
  }

  /** A word. */
  text(name: string): string | undefined {
    const value = this.#of(name)?.any("s");
    return typeof value === "string" ? decoded(value) : undefined;
  }

  /** The name of a function. */
  called(name: string): string | undefined {
    const given = this.#of(name);
    return given?.any("func") === undefined ? undefined : given.settings("func").text("name");
  }

  /** Words. */
  texts(name: string): readonly string[] {
    return (this.#list(name, "s") ?? []).map((item) => (typeof item === "string" ? decoded(item) : ""));
  }

  /** The name of a type: `DT_FLOAT`. */
  type(name: string): string | undefined {
    const value = this.#of(name)?.any("type");
    return typeof value === "number" ? NUMBERED[value] : typeof value === "string" ? value : undefined;
  }

  /** Extents, `undefined` where free; `undefined` as a whole where even their number is not known. */
  shape(name: string): readonly (number | undefined)[] | undefined {
    const given = this.#of(name);
    const shape = given?.any("shape") === undefined ? undefined : given.settings("shape");
    if (shape === undefined || shape.flag("unknownRank") === true) return undefined;
    return (shape.list("dim") ?? []).map((json) => {
      const extent = whole(new Settings(json, "an extent").any("size"), name) ?? -1;
      return extent < 0 ? undefined : extent;
    });
  }

  #of(name: string): Settings | undefined {
    return this.#settings.any(name) === undefined ? undefined : this.#settings.settings(name);
  }

  #list(name: string, kind: string): readonly Json[] | undefined {
    const given = this.#of(name);
    return given?.any("list") === undefined ? undefined : given.settings("list").list(kind);
  }
}

const NUMBERED: readonly (string | undefined)[] = [
  undefined, "DT_FLOAT", "DT_DOUBLE", "DT_INT32", "DT_UINT8", "DT_INT16", "DT_INT8", "DT_STRING", "DT_COMPLEX64",
  "DT_INT64", "DT_BOOL",
];

function whole(value: Json | undefined, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`takes whole numbers as ${name}, got something else`);
  return number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The ASCII text that base 64 stands for. */
function decoded(text: string): string {
  let [bits, count, out] = [0, 0, ""];
  for (const digit of text.slice(0, 4096)) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) break;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((bits >> count) & 255);
    }
  }
  return out;
}
