/** Files that people drop onto the page. */

/** A file that was dropped: its name, and its bytes in parts where it is large. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
