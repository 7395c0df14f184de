/** `relprop inspect`: what a model is made of. */
import { prepare } from "@relprop/lrp";
import { Undetermined, type Model } from "@relprop/layers";
import { formatShape, type Shape } from "@relprop/tensor";
import { onlyPath } from "./arguments.ts";
import { fittedLines, isTooWide, narrowTable } from "./narrow-table.ts";
import { group } from "./option.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { readModel } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";

/** `relprop inspect MODEL` */
export const inspect: Subcommand = {
  summary: "what a model is made of, and what preparing it changes",
  usage: "MODEL [options]",
  about: "Lists the nodes of MODEL: name, kind, inputs and output shape, and what preparing it for relevance " +
    "propagation changes.",
  options: [group([...modelOptions, jsonOption])],
  async run(given, terminal) {
    const reading = { ...chooseReading(given), exact: given.on("json") };
    const model = await readModel(onlyPath(given, "MODEL"), terminal, reading);
    const shapes = knownShapes(model);
    const rows = model.nodes.map(({ name, layer, inputs }) => ({
      name, kind: layer.kind, inputs, shape: shapes?.get(name),
    }));
    const { changes, recognized } = prepare(model);
    if (given.on("json")) {
      const { inputs, outputs, remarks } = model;
      terminal.print(`${JSON.stringify({ inputs, nodes: rows, outputs, remarks, recognized, changes })}\n`);
      return;
    }
    for (const { name, shape } of model.inputs) {
      const extents = shape === undefined ? "" : `[${shape.map((extent) => extent ?? "?").join(", ")}]`;
      terminal.print(`input ${name} ${extents}\n`);
    }
    const cells = rows.map(
      ({ name, kind, inputs, shape }) => [name, kind, inputs.join(", "), shape === undefined ? "" : formatShape(shape)],
    );
    const widths = [0, 1, 2].map((column) => cells.reduce((most, row) => Math.max(most, row[column]!.length), 0));
    const wide = cells
      .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}`).join("\n");
    const { columns } = terminal;
    terminal.print(`${isTooWide(wide, columns) ? narrowTable(HEADER, cells, columns) : wide}\n`);
    const say = (line: string): void => terminal.print(`${fittedLines(line, columns)}\n`);
    say(`output ${model.outputs.join(", ")}`);
    model.remarks.forEach(say);
    if (recognized.length > 0) terminal.print("recognised in its arithmetic:\n");
    for (const { node, what } of recognized) say(`  ${node}: ${what}`);
    terminal.print(changes.length === 0 ? "nothing to prepare\n" : "prepared for relevance propagation:\n");
    for (const { node, what } of changes) say(`  ${node}: ${what}`);
  },
};

const HEADER = ["node", "kind", "reads", "shape"];

/** Shapes for a batch of one, where the model says what it takes, and nothing depends on values besides. */
function knownShapes(model: Model): ReadonlyMap<string, Shape> | undefined {
  const inputs = model.inputs.map(({ shape }) => shape?.map((extent, axis) => extent ?? (axis === 0 ? 1 : NaN)));
  if (inputs.some((shape) => shape === undefined || shape.some(Number.isNaN))) return undefined;
  try {
    return model.shapes(...(inputs as Shape[]));
  } catch (error) {
    if (error instanceof Undetermined) return undefined;
    throw error;
  }
}
