/** What a command may do besides computing: read and write files, and print. Tests give it another one. */
import type { ColorDepth } from "@relprop/heatmap";

import type { FileParts } from "@relprop/models";
import type { Answer, Request, Shelf } from "./view-answer.ts";

/** The outside of a command. */
export interface Terminal {
  /** Prints to standard output, without a newline of its own. */
  print(text: string): void;
  /** Prints progress and complaints to standard error. */
  complain(text: string): void;
  /** The bytes of a file; `-` is standard input. */
  read(path: string): Promise<Uint8Array>;
  readText(path: string): Promise<string>;
  /**
   * A file that lies in the folder of another or below it, by its path from there, in parts where it is large;
   * `undefined` if there is none. Throws an `InputError` where links lead elsewhere.
   */
  readBeside(file: string, path: string): FileParts | undefined;
  /** The version of the command. */
  version(): Promise<string>;
  /** A module that the user installed, looked for from the working directory; `undefined` if there is none. */
  load(name: string): Promise<unknown>;
  /** The names in a folder, in no particular order. */
  list(folder: string): Promise<readonly string[]>;
  /** Whether there is a file of this name; devices and folders are none. */
  has(path: string): Promise<boolean>;
  /** Whether there is a folder of this name. */
  isFolder(path: string): Promise<boolean>;
  /** Where a folder really lies, links followed. */
  placeOf(folder: string): Promise<string>;
  /**
   * Writes a whole file or none, through links and beside whoever else writes it, into a folder that is made if there
   * is none; to devices as they are, and to standard output as `-`.
   */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** What a file is known again by after others may have put theirs in its place; `undefined` if there is none. */
  stamp(path: string): Promise<string | undefined>;
  /** Writes where nothing is or what has this stamp, returns the new stamp; `undefined` where it is another file. */
  replace(path: string, content: Uint8Array | string, stamp: string | undefined): Promise<string | undefined>;
  /** The files of the studio's page, by their paths. */
  page(): Promise<Shelf>;
  /** 128 random bits as text. */
  token(): string;
  /** Answers requests of this machine alone, at this port or, for 0, at a free one, which `answer` is told. */
  serve(port: number, answer: (request: Request, port: number) => Promise<Answer>): Promise<Serving>;
  /** Bits of colour that standard output shows. */
  readonly depth: ColorDepth;
  /** Whether someone watches standard error, so that progress is worth showing. */
  readonly watched: boolean;
  /** Characters per line. */
  readonly columns: number;
}

/** A server that runs. */
export interface Serving {
  readonly port: number;
  /** The interface that it listens on. */
  readonly address: string;
  readonly ended: Promise<void>;
  close(): void;
}

/** Thrown for a command line that cannot be understood; the command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Thrown for a file that cannot be used; the command ends with exit code 1. */
export class InputError extends Error {
  override readonly name = "InputError";
}
