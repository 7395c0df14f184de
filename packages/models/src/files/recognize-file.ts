/** What a file is, by its content: who is handed another one than those that can be read says so, and what to do. */
import { ModelFormatError } from "../model-format-error.ts";
import { archiveKind } from "./archives.ts";
import type { FileKind, Reader } from "./file-kind.ts";
import { messageKind } from "./messages.ts";
import { binaryKind } from "./signatures.ts";
import { textKind } from "./texts.ts";

/** What the file is; `undefined` where nothing tells. Damaged files are what they were. */
export function recognizeFile(bytes: Uint8Array | string): FileKind | undefined {
  if (typeof bytes === "string") return textKind(bytes);
  if (bytes.length === 0) return { what: "an empty file", advice: "fetch or write it again" };
  return archiveKind(bytes) ?? binaryKind(bytes) ?? textKind(bytes) ?? messageKind(bytes);
}

/** Throws a `ModelFormatError` for a file of a kind that another reader takes, or none. */
export function refuseOtherKinds(reader: Reader, takes: string, bytes: Uint8Array | string): void {
  const kind = recognizeFile(bytes);
  if (kind === undefined || kind.reader === reader) return;
  throw new ModelFormatError(`${reader}: takes ${takes}, got ${kind.what}: ${kind.advice}`, 0);
}
