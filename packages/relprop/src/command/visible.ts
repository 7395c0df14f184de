/**
 * Text from files and command lines as it is shown. What stirs a terminal, moves the cursor or turns the direction of
 * writing would let a name in a file pretend to be something that the command said.
 */
import { Model, type Graph } from "@relprop/layers";
import type { Terminal } from "./terminal.ts";

/** Controls of ASCII and Latin-1, line and paragraph separators, and what turns or hides the direction of writing. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** What a terminal is sent on purpose: colours, and the end of a line. */
const OURS = /\u001b\[[\d;]*m|\n/;

/** Puts the cursor into the line above: with it alone a line of progress begins. */
export const LINE_UP = "\u001b[1A";

/** The text in one line: every control character as JSON writes it, `\u001b` for an escape. */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A terminal on which nothing but colours, ends of lines and, for progress, their beginnings have an effect. */
export function quiet(terminal: Terminal): Terminal {
  const shown = (text: string, allowed: RegExp): string => {
    const each = new RegExp(`${allowed.source}|${CONTROLS.source}`, "g");
    return text.replace(each, (found) => (found.search(allowed) === 0 ? found : visible(found)));
  };
  return {
    ...terminal,
    print: (text) => terminal.print(shown(text, OURS)),
    complain: (text) => {
      const [up, rest] = text.startsWith(LINE_UP) ? [LINE_UP, text.slice(LINE_UP.length)] : ["", text];
      terminal.complain(up + shown(rest, new RegExp(`${OURS.source}|\\r`)));
    },
  };
}

/** The model with names that can be shown; the model itself where all can. */
export function visiblyNamed(model: Model): Model {
  const names = [...model.inputs, ...model.nodes].map(({ name }) => name);
  if (names.every((name) => visible(name) === name)) return model;
  const taken = new Set<string>();
  const shown = new Map(names.map((name): [string, string] => {
    let free = visible(name);
    while (taken.has(free)) free += "'";
    taken.add(free);
    return [name, free];
  }));
  const renamed = (name: string): string => shown.get(name)!;
  const graph: Graph = {
    inputs: model.inputs.map((input) => ({ ...input, name: renamed(input.name) })),
    nodes: model.nodes.map((node) => ({ ...node, name: renamed(node.name), inputs: node.inputs.map(renamed) })),
    outputs: model.outputs.map(renamed),
    limits: model.limits,
    remarks: model.remarks.map(visible),
  };
  return new Model(graph);
}
