/** How an INPUT becomes what the model takes, for every subcommand that takes one. */
import { preprocessings, type PreprocessOptions } from "@relprop/models";
import type { Layout } from "@relprop/tensor";
import type { Given } from "../arguments.ts";
import { didYouMean } from "../closest.ts";
import type { Option } from "../option.ts";
import { UsageError } from "../terminal.ts";

/** The options of every subcommand that reads an INPUT. */
export const pictureOptions: readonly Option[] = [
  {
    name: "preprocess",
    value: "NAME",
    help: "resize, crop and normalise pictures as in training: imagenet (224 × 224 pixels), inception (299 × 299), " +
      "symmetric (values from -1 to 1; without it from 0 to 1), or bytes (0 to 255; models that read whole numbers " +
      "get those without it)",
  },
  {
    name: "layout",
    value: "NAME",
    help: "where the model has channels, where that cannot be seen in its file: channels-first or channels-last",
  },
];

/**
 * How pictures are preprocessed, by the name of a preset, and where the model has channels if it does not say; throws a
 * `UsageError` for what does not exist.
 */
export function choosePreprocessing(given: Given): PreprocessOptions | undefined {
  const [name, layout] = [given.text("preprocess"), given.text("layout")];
  if (layout === undefined) return preset(name);
  if (!Object.hasOwn(LAYOUTS, layout)) {
    throw new UsageError(`--layout takes ${Object.keys(LAYOUTS).join(" or ")}, got "${layout}"`);
  }
  return { ...preset(name), layout: LAYOUTS[layout]! };
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  "channels-first": "channelsFirst", "channels-last": "channelsLast",
};

function preset(name: string | undefined): PreprocessOptions | undefined {
  if (name === undefined) return undefined;
  if (!Object.hasOwn(preprocessings, name)) {
    const names = Object.keys(preprocessings);
    throw new UsageError(`--preprocess takes ${names.join(", ")}, got "${name}"${didYouMean(name, names)}`);
  }
  return preprocessings[name];
}
