/** Where everything on an image sheet goes, from top to bottom. */
import { checkImage, type Color, type Image } from "../image/image.ts";
import { fit } from "../image/resize.ts";
import { ADVANCE, LINE_HEIGHT, textWidth, wrap } from "../drawing/text.ts";

/** A picture, or anything that can be drawn as one, like a `Heatmap`. */
export type Picture = Image | { rgba(): Image };

/** What stands in one place of a sheet: a picture, perhaps with words under it. */
export type SheetCell = Picture | { readonly picture: Picture; readonly caption: string };

/** A row of a sheet; `undefined` leaves a place empty. */
export interface SheetRow {
  readonly label?: string;
  readonly cells: readonly (SheetCell | undefined)[];
}

/** How a sheet looks. Text may have several lines, and is wrapped to its column. */
export interface SheetOptions {
  readonly title?: string;
  /** A label for each column. */
  readonly columns?: readonly string[];
  /** Text under everything. */
  readonly footer?: string;
  /** The side of the square a picture is fitted into, by whole enlargements where it is smaller; 128 unless given. */
  readonly cell?: number;
  /** The enlargement of the text, a whole number; 2 unless given. */
  readonly textScale?: number;
  /** White unless given. */
  readonly background?: Color;
  /** Nearly black unless given. */
  readonly color?: Color;
}

/** A sheet's size and what is drawn where. */
export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly { readonly image: Image; readonly x: number; readonly y: number }[];
  readonly lines: readonly PlacedLine[];
}

interface PlacedLine {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly color: Color;
  readonly scale: number;
}

const FAINT = "#555555";

/** Row labels are wrapped to this many characters. */
const LABEL = 16;

/** The layout of a sheet; pictures are already fitted to their cells. */
export function layOut(rows: readonly SheetRow[], options: SheetOptions): SheetLayout {
  const { cell = 128, textScale: scale = 2, color = "#222222" } = options;
  if (!(Number.isInteger(cell) && cell >= 1 && Number.isInteger(scale) && scale >= 1)) {
    throw new RangeError(`sheet: takes a cell and a text scale of whole numbers from 1 on, got ${cell} and ${scale}`);
  }
  const count = rows.reduce((most, { cells }) => Math.max(most, cells.length), options.columns?.length ?? 0);
  if (rows.length === 0 || count === 0) {
    throw new RangeError(`sheet: takes at least one row and one column, got ${rows.length} and ${count}`);
  }
  const placed = rows.map(({ cells }) => Array.from({ length: count }, (_, i) => place(cells[i], cell)));
  const [gap, margin, line] = [8 * scale, 10 * scale, LINE_HEIGHT * scale];

  const labels = rows.map(({ label }) => broken(label, LABEL));
  const labelWidth = labels.flat().reduce((most, text) => Math.max(most, textWidth(text, scale)), 0);
  const left = margin + (labelWidth > 0 ? labelWidth + gap : 0);
  // A column leaves room for twelve characters, or as many as fit a cell.
  const least = Math.min(cell, textWidth("m".repeat(12), scale));
  const columns: { readonly x: number; readonly width: number }[] = [];
  let right = left;
  for (let i = 0; i < count; i++) {
    const width = placed.reduce((most, row) => Math.max(most, row[i]?.image.width ?? 0), least);
    columns.push({ x: right, width });
    right += width + gap;
  }
  const titleScale = scale + 1;
  const title = broken(options.title, Math.max(24, fitting(right - gap - margin, titleScale)));
  const titleWidth = title.reduce((most, text) => Math.max(most, textWidth(text, titleScale)), 0);
  const width = Math.max(right - gap, margin + titleWidth) + margin;

  const pictures: { image: Image; x: number; y: number }[] = [];
  const lines: PlacedLine[] = [];
  const write = (texts: readonly string[], top: number, ink: Color, start: (width: number) => number): void => {
    texts.forEach((text, n) => {
      lines.push({ text, x: start(textWidth(text, scale)), y: top + n * line, color: ink, scale });
    });
  };
  const within = (i: number) => (extent: number): number =>
    columns[i]!.x + Math.floor((columns[i]!.width - extent) / 2);

  let y = margin;
  for (const text of title) {
    lines.push({ text, x: margin, y, color, scale: titleScale });
    y += LINE_HEIGHT * titleScale;
  }
  if (title.length > 0) y += gap;

  const heads = columns.map((column, i) => broken(options.columns?.[i], fitting(column.width, scale)));
  y += most(heads) * line;
  heads.forEach((texts, i) => write(texts, y - texts.length * line, color, within(i)));

  placed.forEach((row, r) => {
    const tallest = row.reduce((most, each) => Math.max(most, each?.image.height ?? 0), 0);
    const label = labels[r]!;
    const captions = row.map((each, i) => broken(each?.caption, fitting(columns[i]!.width, scale)));
    const heights = row.map((each, i) => {
      const under = captions[i]!.length * line;
      return (each?.image.height ?? 0) + (under > 0 ? under + 3 * scale : 0);
    });
    const height = heights.reduce((most, each) => Math.max(most, each), label.length * line);
    write(label, y + Math.max(0, Math.floor((tallest - label.length * line) / 2) + scale), color, () => margin);
    row.forEach((each, i) => {
      if (each === undefined) return;
      // What is less than half as high as its row, such as a bar, stands in the middle of it.
      const top = y + (2 * each.image.height < tallest ? Math.floor((height - heights[i]!) / 2) : 0);
      pictures.push({ image: each.image, x: within(i)(each.image.width), y: top });
      write(captions[i]!, top + each.image.height + 3 * scale, FAINT, within(i));
    });
    y += height + gap;
  });

  const footer = broken(options.footer, fitting(width - 2 * margin, scale));
  write(footer, y, FAINT, () => margin);
  y += footer.length > 0 ? footer.length * line : -gap;
  return { width, height: y + margin, pictures, lines };
}

interface Placed {
  readonly image: Image;
  readonly caption: string | undefined;
}

function place(cell: SheetCell | undefined, side: number): Placed | undefined {
  if (cell === undefined) return undefined;
  const [picture, caption] = "picture" in cell ? [cell.picture, cell.caption] : [cell, undefined];
  const image = "rgba" in picture ? picture.rgba() : picture;
  checkImage("sheet", image);
  return { image: fit(image, side), caption };
}

function broken(text: string | undefined, characters: number): readonly string[] {
  return text === undefined || text === "" ? [] : wrap(text, characters);
}

/** How many characters fit a width. */
function fitting(width: number, scale: number): number {
  return Math.floor((width + scale) / (ADVANCE * scale));
}

/** The most lines of any of the texts. */
function most(texts: readonly (readonly string[])[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}
