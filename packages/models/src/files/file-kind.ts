/** What kinds of files there are to be told apart. */

/** The functions that read files. */
export type Reader = "loadOnnx" | "loadTfjs" | "readNpy" | "readSafetensors";

/** A kind of file. */
export interface FileKind {
  /** With its article: `a Git LFS pointer`. */
  readonly what: string;
  /** What leads from there to a model. */
  readonly advice: string;
  /** Who reads it, if anybody here. */
  readonly reader?: Reader;
}
