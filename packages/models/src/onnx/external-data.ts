/** Tensors whose numbers are in files beside the model. */
import { Parts, type FileParts } from "../files/parts.ts";
import { ModelFormatError } from "../model-format-error.ts";

/**
 * Finds a file by its path relative to the model, `a/b` also where the model writes `./a//b`; `undefined` if there is
 * none. A file too large for one array comes in parts, in order.
 */
export type External = (path: string) => FileParts | undefined;

/** A tensor that is stored elsewhere. */
export interface ExternalTensor {
  readonly name: string;
  /** Where: `location`, `offset`, `length`. */
  readonly external: ReadonlyMap<string, string>;
  readonly position: number;
}

/**
 * What means something else to a URL, to Windows, to a file system that leaves invisible letters out, or to a terminal:
 * schemes and drives, queries, escapes, controls, halves of letters.
 */
const SPECIAL = /[:?#*"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|%[0-9a-f]{2}/iu;

/** Names that are devices in every folder of Windows, whatever stands behind a dot. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/**
 * A path that leads down from where it starts, by names that every system and every URL takes for the same, in the one
 * way it is written: `./a//b` and `a\b` are `a/b`. `undefined` for other paths.
 */
export function plainPath(path: string): string | undefined {
  const parts = path.split(/[/\\]/);
  // What leads nowhere is left out between names; alone at an end it means the root, or a folder.
  const names = parts.filter((part, i) => i === parts.length - 1 || (part !== "." && (part !== "" || i === 0)));
  // Blanks at either end and dots behind a name are dropped by some systems: ".. " is ".." there.
  const named = (part: string): boolean =>
    part !== "" && part.trim() === part && !part.endsWith(".") && !DEVICE.test(part);
  return !SPECIAL.test(path) && names.every(named) ? names.join("/") : undefined;
}

/** The `length` bytes of a tensor that is stored elsewhere. Only plain relative paths are passed on. */
export function locateExternal(tensor: ExternalTensor, length: number, external: External | undefined): Uint8Array {
  const { name, position } = tensor;
  const refused = (message: string): ModelFormatError =>
    new ModelFormatError(`loadOnnx: tensor "${name}" is stored in another file: ${message}`, position);
  const location = tensor.external.get("location") ?? "";
  const path = plainPath(location);
  if (path === undefined) throw refused(`takes a plain relative path, got ${JSON.stringify(location)}`);
  if (external === undefined) {
    throw refused(`takes the option external: (path) => bytes, to be asked for ${JSON.stringify(path)}`);
  }
  const found = external(path);
  if (found === undefined) throw refused(`${JSON.stringify(path)} was not found`);
  const file = new Parts(found);
  const offset = Number(tensor.external.get("offset") ?? 0);
  const stated = Number(tensor.external.get("length") ?? length);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > file.length || stated !== length) {
    throw refused(`takes ${length} bytes from ${offset} in ${JSON.stringify(path)}, got ${stated} of ${file.length}`);
  }
  return file.subarray(offset, offset + length);
}
