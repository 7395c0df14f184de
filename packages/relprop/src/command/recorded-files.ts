/** Every file that was read, by what it held. */
import { createHash } from "node:crypto";
import type { FileParts } from "@relprop/models";
import type { Terminal } from "./terminal.ts";

/** A file and the SHA-256 of its content. */
export interface RecordedFile {
  readonly path: string;
  readonly sha256: string;
}

/** A terminal that keeps the digests of what is read through it. */
export interface RecordingTerminal extends Terminal {
  readonly files: ReadonlyMap<string, string>;
}

/** Whether records are kept. */
export function isRecording(terminal: Terminal): terminal is RecordingTerminal {
  return "files" in terminal;
}

/** The same terminal, with records. */
export function recording(terminal: Terminal): RecordingTerminal {
  const files = new Map<string, string>();
  const noted = <T extends FileParts | undefined>(path: string, parts: T): T => {
    if (parts !== undefined) files.set(path, sha256(parts));
    return parts;
  };
  return {
    ...terminal,
    files,
    read: async (path) => noted(path, await terminal.read(path)),
    readText: async (path) => {
      noted(path, await terminal.read(path));
      return terminal.readText(path);
    },
    readBeside: (file, path) => noted(file.replace(/[^/\\]*$/, path), terminal.readBeside(file, path)),
  };
}

/** The SHA-256 of some bytes, which may lie in parts, in hexadecimal. */
export function sha256(content: FileParts | string): string {
  const hash = createHash("sha256");
  if (typeof content === "string" || content instanceof Uint8Array) return hash.update(content).digest("hex");
  for (const part of content) hash.update(part);
  return hash.digest("hex");
}
