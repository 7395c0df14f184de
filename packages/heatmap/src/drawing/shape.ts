/** What drawings consist of. */
import type { Image } from "../image/image.ts";

/** A colour of a drawing: by what it is for, so that pages can be dark, or `#rrggbb`. */
export type Paint = "ink" | "faint" | "line" | "paper" | "for" | "against" | `#${string}`;

/** The colours of paints on white paper. */
export const paints: Readonly<Record<Exclude<Paint, `#${string}`>, string>> = {
  ink: "#1f2328", faint: "#656d76", line: "#d0d7de", paper: "#ffffff", for: "#cd3a3a", against: "#3a5fcd",
};

/** A rectangle; its title is what a pointer over it says. */
export interface Box {
  readonly kind: "box";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: Paint;
  readonly title?: string;
}

/** A line through points, filled down to a height where `base` says one. */
export interface Path {
  readonly kind: "path";
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly stroke: Paint;
  readonly width?: number;
  readonly dashed?: boolean;
  /** Whether the last point is joined with the first, and what lies between is filled. */
  readonly filled?: boolean;
}

/** A line of text, `y` at its baseline. */
export interface Label {
  readonly kind: "label";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** The size of the font in pixels. */
  readonly size: number;
  readonly fill?: Paint;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

/** A picture, stretched over a rectangle with its pixels kept sharp. */
export interface Inset {
  readonly kind: "inset";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly image: Image;
}

/** What a drawing consists of. */
export type DrawnShape = Box | Path | Label | Inset;

/** Shapes on a sheet of some size, and what is read out instead of it. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly DrawnShape[];
  readonly alt: string;
}
