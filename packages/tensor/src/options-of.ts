/** Options, as callers without types may pass them. */
import { checkKind } from "./check-kind.ts";

/** The options; throws a `TypeError` for what is none, such as `null`, a number, a list or a tensor. */
export function optionsOf<Options extends object>(who: string, options: Options): Options {
  const isNone = typeof options !== "object" || options === null || Array.isArray(options) || "reshape" in options;
  checkKind(who, "options as an object", options, !isNone);
  return options;
}
