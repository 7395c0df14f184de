/** What is shown of an explanation, and what is written. */
import type { Option } from "../option.ts";

/** `--json` */
export const jsonOption: Option = { name: "json", help: "print JSON instead of text, and nothing else" };

/** How `relprop explain` shows and writes what it found. */
export const outputOptions: readonly Option[] = [
  {
    name: "output",
    value: "FILE",
    help: "write the heatmap as .png or .html, or the relevance as .npy; of a text, the words as .html, .svg or " +
      ".json; with several inputs, FILE holds a * that their names replace",
  },
  { name: "overlay", help: "draw the written heatmap over the picture in gray" },
  { name: "scale", value: "N", help: "enlarge a written heatmap N times (by default to 256 pixels or more)" },
  { name: "labels", value: "FILE", help: "names of the outputs, one a line" },
  {
    name: "softmax",
    help: "show the share of each score under a softmax, for classifiers that end without one",
  },
  { name: "conservation", help: "print where the relevance went, node by node" },
  jsonOption,
];
