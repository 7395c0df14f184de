/** Where a model ends that was asked to end elsewhere than its file does. */
import { ModelFormatError } from "../model-format-error.ts";
import { nameSteps } from "./naming.ts";
import { stepsBefore } from "./placed-nodes.ts";
import type { ValueInfo } from "./schema.ts";
import type { Flow, Step, Value } from "./value.ts";

/** What is known of a graph's values. */
interface Values {
  has(name: string): boolean;
  value(name: string): Value;
  valuesOf(): ReadonlyMap<Step, readonly string[]>;
}

/** The flows among the values of these names. */
export function flowsNamed(outputs: readonly ValueInfo[], values: Values): readonly Flow[] {
  return outputs.flatMap(({ name }) => {
    const value = values.value(name);
    return value.kind === "flow" ? [value] : [];
  });
}

/**
 * The outputs of these names: values of the file, or nodes as they are called in the model of the file's own outputs.
 * Throws a `RangeError` for names of neither.
 */
export function chosenOutputs(
  wanted: readonly string[], own: readonly ValueInfo[], values: Values, taken: ReadonlySet<string>,
): readonly ValueInfo[] {
  if (wanted.length === 0) throw new RangeError("loadOnnx: takes at least one name as outputs, got none");
  let nodes: ReadonlyMap<string, Step> | undefined;
  return wanted.map((name): ValueInfo => {
    if (values.has(name)) {
      const value = values.value(name);
      if (value.kind === "refused") throw value.error;
      if (value.kind === "flow") return own.find((output) => output.name === name) ?? { name };
      throw new ModelFormatError(`loadOnnx: takes outputs that depend on the input, got "${name}", a ${value.kind}`);
    }
    nodes ??= new Map(
      [...nameSteps(stepsBefore(flowsNamed(own, values)), taken)].map(([step, called]) => [called, step]),
    );
    const step = nodes.get(name);
    const [value] = (step && values.valuesOf().get(step)) ?? [];
    if (value === undefined) {
      const listed = own.map((output) => `"${output.name}"`).join(", ");
      throw new RangeError(
        `loadOnnx: takes values of the file or nodes as outputs, such as its own, ${listed}; got "${name}"`,
      );
    }
    return { name: value };
  });
}
