/** The one error every reader of this package throws for bytes it cannot make sense of. */

/** A file is not what it claims to be, or asks for what is not supported. The message says who, why and where. */
export class ModelFormatError extends Error {
  override readonly name = "ModelFormatError";
  /** The byte of the file where the trouble was noticed; `undefined` where no single place is to blame. */
  readonly position: number | undefined;

  constructor(message: string, position?: number, options?: { readonly cause?: unknown }) {
    super(position === undefined ? message : `${message} (at byte ${position})`, options);
    this.position = position;
  }
}
