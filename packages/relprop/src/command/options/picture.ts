/** How an INPUT becomes what the model takes, for every subcommand that takes one. */
import type { Layout } from "@relprop/tensor";
import { didYouMean } from "../../did-you-mean.ts";
import { fitNamed, fitNames, type FitOptions } from "../../fit-picture.ts";
import { wholeNumber, type Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import { UsageError } from "../terminal.ts";
import { numbersOf } from "./numbers.ts";

/** The options of every subcommand that reads an INPUT. */
export const pictureOptions: readonly Option[] = [
  {
    name: "preprocess",
    value: "NAME",
    help: "make pictures what the network was trained on: fit (resized and cropped to what the model takes), " +
      "imagenet (the same or 224 × 224, and normalised), inception (299 × 299), symmetric (values from -1 to 1; " +
      "without it from 0 to 1), bytes (0 to 255; models that read whole numbers get those without it)",
  },
  { name: "size", value: "N|HxW", help: "resize and crop pictures to this size, as in 384 or 240x320" },
  { name: "mean", value: "R,G,B", help: "what is subtracted from each channel of values from 0 to 1" },
  { name: "std", value: "R,G,B", help: "what each channel is divided by then" },
  {
    name: "layout",
    value: "NAME",
    help: "where the model has channels, where that cannot be seen in its file: channels-first or channels-last",
  },
  {
    name: "max-pixels",
    value: "N",
    help: "refuse pictures of more pixels, as they are or as --preprocess makes them; 33554432 without it",
  },
];

/** What these options say, for statistics that are only of one kind of pictures; `""` where they say nothing. */
export function describePreprocessing(given: Given): string {
  const said = ["preprocess", "size", "mean", "std"].flatMap((name) => {
    const text = given.text(name);
    return text === undefined ? [] : [name === "preprocess" ? text : `${name} ${text}`];
  });
  return said.join(", ");
}

/** How pictures are made to fit; throws a `UsageError` for what does not exist. */
export function choosePreprocessing(given: Given): FitOptions {
  const [name, layout, size] = [given.text("preprocess"), given.text("layout"), given.text("size")];
  const [mean, std, most] = [given.text("mean"), given.text("std"), given.text("max-pixels")];
  if (layout !== undefined && !Object.hasOwn(LAYOUTS, layout)) {
    throw new UsageError(`--layout takes ${Object.keys(LAYOUTS).join(" or ")}, got "${layout}"`);
  }
  if (name !== undefined && !fitNames.includes(name)) {
    throw new UsageError(`--preprocess takes ${fitNames.join(", ")}, got "${name}"${didYouMean(name, fitNames)}`);
  }
  const { resize, crop, ...rest } = name === undefined ? {} : fitNamed(name);
  return {
    ...rest,
    ...(size !== undefined ? { fit: sizeOf(size) } : { resize, crop }),
    ...(mean !== undefined && { mean: numbersOf("mean", mean) }),
    ...(std !== undefined && { std: numbersOf("std", std) }),
    ...(layout !== undefined && { layout: LAYOUTS[layout]! }),
    ...(most !== undefined && { maxPixels: wholeNumber("max-pixels", most, 1) }),
  };
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  "channels-first": "channelsFirst", "channels-last": "channelsLast",
};

function sizeOf(text: string): readonly [height: number, width: number] {
  const [height = NaN, width = height, ...more] = text.split("x").map(Number);
  if (Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0 && more.length === 0) {
    return [height, width];
  }
  throw new UsageError(`--size takes pixels, as in 224 or 240x320 (height x width), got "${text}"`);
}
