/** `--labels`: what the outputs are called. */
import { readLabels } from "@relprop/models";
import type { Option } from "../option.ts";
import { InputError, type Terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

/** `--labels FILE` */
export const labelsOption: Option = {
  name: "labels", value: "FILE", help: "names of the outputs, one a line; --target and --against take them too",
};

/** The labels in a file; `undefined` if none was named. */
export async function readLabelsFile(
  path: string | undefined, terminal: Terminal,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  const labels = readLabels(await terminal.readText(path));
  if (labels.every((label) => label === "")) throw new InputError(`${path}: takes one label a line, got none`);
  return labels.map(visible);
}
