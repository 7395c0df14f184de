/** Files that were exported for one sample, and mean it: with more of them, samples would be mixed. */
import { Undetermined, type Model, type Node } from "@relprop/layers";
import { sizeOf, type Shape } from "@relprop/tensor";

/** What picks rows, or puts them, by numbers that count from the first sample on, where they follow from the input. */
const NUMBERED: ReadonlySet<string> = new Set(["Gather", "GatherND", "ScatterND"]);

/** What stands for other extents that are open. */
const SIZE = 16;

/**
 * Why a model whose first axis was freed takes one sample at a time after all: rows are picked by number, or no shapes
 * fit two samples, or a value that relevance runs through does not grow with its inputs. `undefined` where none of
 * that is so, or shapes depend on values.
 */
export function mixesSamples(model: Model): string | undefined {
  const numbered = model.carriers.find(({ inputs, layer }) => inputs.length > 1 && NUMBERED.has(layer.kind));
  if (numbered !== undefined) return said(numbered);
  const described = (batch: number): ReadonlyMap<string, Shape> =>
    model.shapes(...model.inputs.map(({ shape }) => [batch, ...shape!.slice(1).map((extent) => extent ?? SIZE)]));
  let [one, two]: (ReadonlyMap<string, Shape> | undefined)[] = [];
  try {
    one = described(1);
    two = described(2);
  } catch (error) {
    if (error instanceof Undetermined || !(error instanceof RangeError)) return undefined;
    return one === undefined ? undefined : error.message;
  }
  const grows = (name: string): boolean => sizeOf(two.get(name) ?? []) === 2 * sizeOf(one.get(name) ?? []);
  return said(model.carriers.find(({ name, inputs }) => inputs.some(grows) && !grows(name)));
}

function said(node: Node | undefined): string | undefined {
  return node && `"${node.name}" (${node.layer.kind}) would mix them`;
}
