/** An explanation in the format that a file's name asks for. */
import {
  encodePng, features, featureBars, heatmap, htmlPage, relevanceForm, signalPlot, type Drawing, type Heatmap,
} from "@relprop/heatmap";
import { LRP, type Analyzer, type Explanation } from "@relprop/lrp";
import { writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { explanationPage } from "../explanation-page.ts";
import { grayOf } from "../gray.ts";
import type { Look } from "./options/output.ts";
import type { ReadInput } from "./read-input.ts";
import { explanationAsJson, keepsBooks, type Showing } from "./show-explanation.ts";
import { InputError } from "./terminal.ts";
import { visible } from "./visible.ts";

/** What `relprop explain` can write. */
export const explanationFormats: readonly string[] = ["html", "png", "svg", "npy", "json"];

/** Written heatmaps have as many pixels along their longer side, at least. */
const LEGIBLE = 256;

/** What is written besides an explanation. */
export interface Written extends Showing {
  readonly look: Look;
  /** What made it. */
  readonly analyzer: LRP | Analyzer;
  /** The file of the model. */
  readonly path: string;
}

/** The content of a file of this format. */
export async function writtenExplanation(
  format: string, explanation: Explanation, input: ReadInput, written: Written,
): Promise<Uint8Array | string> {
  if (format === "npy") return writeNpy(explanation.relevance);
  if (format === "json") return `${JSON.stringify(explanationAsJson(input, explanation, written))}\n`;
  if (format === "html") return htmlPage(pageOf(explanation, input, written));
  const form = relevanceForm(explanation, namesOf(input, written));
  if (form === undefined) {
    const shape = explanation.relevance.shape.join(", ");
    throw new InputError(`${input.path}: draws pictures, signals and rows, got relevance [${shape}]: write .npy`);
  }
  if (form !== "picture") {
    const drawing = drawingOf(explanation, input, written);
    return format === "svg" ? `${drawing.svg()}\n` : encodePng(drawing.rgba(2));
  }
  const drawn = pictureOf(explanation, input, written.look);
  return format === "svg" ? `${drawn.svg({ alt: `relevance of ${visible(input.path)}` })}\n` : drawn.png();
}

/** The heatmap of a picture, as it is to look. */
export function pictureOf({ relevance }: Explanation, { image, layout }: ReadInput, look: Look): Heatmap {
  const { colors, legend } = look;
  const extents = layout === "channelsLast" ? relevance.shape.slice(-3, -1) : relevance.shape.slice(-2);
  const longest = extents.reduce((most, extent) => Math.max(most, extent), 1);
  const scale = look.scale ?? Math.ceil(LEGIBLE / longest);
  const overlay = look.overlay && image !== undefined ? { image: grayOf(image), alpha: 0.85, fade: true } : undefined;
  return heatmap({ relevance, layout }, {
    scale, legend, ...(overlay && { overlay }), ...(colors !== undefined && { colors }),
  });
}

/** Bars of a row, or the curves of a signal; of the first sample. */
function drawingOf(explanation: Explanation, input: ReadInput, written: Written): Drawing {
  const { relevance } = explanation;
  const names = written.features ?? input.rows?.[0] ?? namesOf(input, written);
  const own = input.tensor instanceof Tensor && input.tensor.size === relevance.size ? { input: input.tensor } : {};
  const shown = { relevance, layout: input.layout };
  if (relevanceForm(shown, names) === "signal") return signalPlot(shown, own);
  const all = features(shown, { ...own, ...(names !== undefined && { names }) });
  return featureBars(all, { waterfall: written.look.waterfall });
}

function pageOf(explanation: Explanation, input: ReadInput, written: Written): ReturnType<typeof explanationPage> {
  const { look, analyzer, path, model } = written;
  const { relevance, output, target, warnings } = explanation;
  return explanationPage({
    relevance, output, target, layout: input.layout, warnings: [...warnings, ...input.remarks],
    ...(keepsBooks(written.given) && { conservation: explanation.conservation }),
  }, {
    ...written, input: input.tensor, image: input.image, features: namesOf(input, written), colors: look.colors,
    asked: askedIn(written), ...(written.features === undefined && { rows: input.rows }),
    name: visible(fileName(input.path)), model: visible(fileName(path)), composite: written.name,
    outputLayout: model.layout(model.outputs[0]!), ...(analyzer instanceof LRP && { rules: analyzer.rules }),
  });
}

function namesOf(input: ReadInput, { features: given }: Showing): readonly string[] | undefined {
  return (given ?? input.features)?.map(visible);
}

/** What a contrast asks; `undefined` where one output is explained. */
function askedIn({ given, labels }: Written): string | undefined {
  const [target = "the largest output", against] = ["target", "against"].map((name) => {
    const word = given.text(name);
    return word !== undefined && /^\d+$/.test(word) ? (labels?.[Number(word)] ?? `output ${word}`) : word;
  });
  return against === undefined ? undefined : `${target} rather than ${against}`;
}

function fileName(path: string): string {
  return path.replace(/^.*[\\/]/, "");
}
