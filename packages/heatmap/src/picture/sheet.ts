/** An image sheet: rows and columns of pictures with their labels. */
import { optionsOf } from "@relprop/tensor";
import { blank, paste, type Pixels } from "../image/image.ts";
import { layOut, type SheetOptions, type SheetRow } from "./sheet-layout.ts";
import { drawText, fill } from "../drawing/text.ts";
import { checkListOf } from "../relevant.ts";

/** The sheet as one picture, to be written by `encodePng`. */
export function sheet(rows: readonly SheetRow[], options: SheetOptions = {}): Pixels {
  optionsOf("sheet", options);
  checkListOf("sheet", "rows", rows);
  const { background = "#ffffff" } = options;
  const { width, height, pictures, lines } = layOut(rows, options);
  const out = blank(width, height, background);
  for (const { image, x, y } of pictures) {
    // A hairline shows where a picture ends whose own ground is white.
    fill(out, x - 1, y - 1, image.width + 2, image.height + 2, "#c8c8c8");
    paste(image, out, x, y);
  }
  for (const { text, x, y, color, scale } of lines) drawText(out, text, x, y, color, scale);
  return out;
}
