/** A word as it is drawn. */
import type { Rgb } from "../image/image.ts";
import type { JoinedWord } from "./join-tokens.ts";

/** A word, its relevance, and how it is drawn. */
export interface RelevantWord extends JoinedWord {
  /** The sum over its tokens. */
  readonly relevance: number;
  /** Where it lies between the ends of the colour map, from 0 to 1; NaN for what is not finite. */
  readonly position: number;
  readonly color: Rgb;
}
