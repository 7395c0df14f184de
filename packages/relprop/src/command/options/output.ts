/** What is shown of an explanation, and what is written. */
import { colorMapNames, type ColorMapName } from "@relprop/heatmap";
import { didYouMean } from "../../did-you-mean.ts";
import { wholeNumber, type Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import { UsageError } from "../terminal.ts";
import { labelsOption } from "./labels.ts";

/** `--json` */
export const jsonOption: Option = { name: "json", help: "print JSON instead of text, and nothing else" };

/** `--force` */
export const forceOption: Option = { name: "force", help: "write over files that are there already" };

/** `--keep-going` */
export const keepGoingOption: Option = {
  name: "keep-going", help: "go on behind an input that cannot be read or explained, and name it (exit code 1)",
};

/** Of pictures that are written; texts refuse such options themselves. */
const ON_PAPER = ["output", "text", "ids"];

/** How `relprop explain` shows and writes what it found. */
export const outputOptions: readonly Option[] = [
  {
    name: "output",
    value: "FILE",
    writes: true,
    help: "write a page with everything (.html), the heatmap, bars of rows or curves of signals " +
      "(.png, .svg), or the relevance (.npy, .json); of a text a page, words (.svg, .png) or data (.json); " +
      "with several inputs, FILE holds a * that their names replace; - is standard output, with --format",
  },
  { name: "format", value: "NAME", help: "what is written to standard output: html, png, svg, npy or json" },
  forceOption,
  keepGoingOption,
  { name: "overlay", needs: ON_PAPER, help: "draw the written heatmap over the picture in gray" },
  { name: "colors", value: "NAME", help: `the colours: ${colorMapNames.join(", ")}; red speaks for, blue against` },
  { name: "waterfall", needs: ON_PAPER, help: "draw the bars of a row as steps that add up" },
  { name: "legend", needs: ON_PAPER, help: "put a colour bar with its numbers under the written heatmap" },
  {
    name: "scale", value: "N", needs: ON_PAPER,
    help: "enlarge a written heatmap N times (by default to 256 pixels or more)",
  },
  labelsOption,
  { name: "features", value: "FILE|NAME,...", help: "names of the features of a row, one a line or with commas" },
  {
    name: "softmax",
    help: "show the share of each score under a softmax, for classifiers that end without one",
  },
  { name: "conservation", help: "print where the relevance went, node by node" },
  jsonOption,
];

/** How a picture looks, as far as options say. */
export interface Look {
  readonly colors?: ColorMapName;
  readonly legend: boolean;
  readonly overlay: boolean;
  readonly waterfall: boolean;
  readonly scale: number | undefined;
}

/** How a picture looks; throws a `UsageError` for colours that there are not. */
export function chooseLook(given: Given): Look {
  const [colors, scale] = [given.text("colors"), given.text("scale")];
  const known = colorMapNames.find((name) => name === colors);
  if (colors !== undefined && known === undefined) {
    const hint = didYouMean(colors, colorMapNames);
    throw new UsageError(`--colors takes ${colorMapNames.join(", ")}, got "${colors}"${hint}`);
  }
  return {
    ...(known !== undefined && { colors: known }),
    legend: given.on("legend"),
    overlay: given.on("overlay"),
    waterfall: given.on("waterfall"),
    scale: scale === undefined ? undefined : wholeNumber("scale", scale, 1),
  };
}
