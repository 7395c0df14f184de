/** Pages that need nothing but themselves: pictures, bars, tables and drawings under headings. */
import { throwIfAborted, type Abortable } from "@relprop/tensor";
import { base64 } from "../files/bytes.ts";
import type { Drawing } from "../drawing/drawing.ts";
import { escapeHtml } from "../drawing/html.ts";
import { pageStyle } from "./html-page-style.ts";
import { checkImage, type Image } from "../image/image.ts";
import { encodePng } from "../files/png-encode.ts";
import { resize } from "../image/resize.ts";
import { checkListOf } from "../relevant.ts";

/** A picture with words. */
export interface PageFigure {
  readonly image: Image;
  /** What is read out instead of the picture. */
  readonly alt: string;
  readonly caption?: string;
  /** Whether pixels are to stay sharp squares; where pictures are small, unless given. */
  readonly sharp?: boolean;
}

/** A row with a bar: a name, a number as text, and how long the bar is. */
export interface PageBar {
  readonly name: string;
  readonly text: string;
  /** From -1 to 1; left out where there is none to draw. */
  readonly share?: number;
  /** Whether the row stands out. */
  readonly marked?: boolean;
}

/** What stands under a heading. */
export type PageBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "notes"; readonly notes: readonly string[] }
  /** Where `small`, they stand many in a row, and large pictures are made smaller. */
  | { readonly kind: "figures"; readonly figures: readonly PageFigure[]; readonly small?: boolean }
  | { readonly kind: "drawing"; readonly drawing: Drawing; readonly caption?: string }
  | { readonly kind: "bars"; readonly caption: string; readonly bars: readonly PageBar[] }
  | {
    readonly kind: "table"; readonly caption: string; readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
  }
  /** A colour bar: the colours from left to right, and numbers at places from 0 to 1. */
  | {
    readonly kind: "legend"; readonly colors: readonly string[];
    readonly ticks: readonly { readonly at: number; readonly text: string }[];
  }
  /** Markup that is safe: of this package, or made with `escapeHtml`. */
  | { readonly kind: "markup"; readonly html: string };

/** A heading and what stands under it. */
export interface PageSection {
  readonly heading: string;
  readonly blocks: readonly PageBlock[];
  /** Whether it is closed until someone opens it; printed pages show it open. */
  readonly folded?: boolean;
}

/** A page. */
export interface Page {
  readonly title: string;
  /** A line under the title. */
  readonly subtitle?: string;
  readonly sections: readonly PageSection[];
  /** A line at the end. */
  readonly footer?: string;
  /** The language of the words, `en` unless given. */
  readonly language?: string;
}

/**
 * One HTML file without scripts and without anything from elsewhere, for light and dark screens, paper, narrow windows,
 * forced colours and screen readers. All texts are escaped.
 */
export async function htmlPage(page: Page, { signal }: Abortable = {}): Promise<string> {
  const { title, subtitle, sections, footer, language = "en" } = Object(page) as Page;
  checkListOf("htmlPage", "sections", sections);
  const parts: string[] = [];
  for (const section of sections) parts.push(await sectionOf(section, signal));
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1>${subtitle === undefined ? "" : `<p>${escapeHtml(subtitle)}</p>`}</header>
${parts.join("\n")}
</main>
${footer === undefined ? "" : `<footer>${escapeHtml(footer)}</footer>\n`}</body>
</html>
`;
}

async function sectionOf({ heading, blocks, folded = false }: PageSection, signal: Signal): Promise<string> {
  const drawn: string[] = [];
  for (const block of blocks) drawn.push(await blockOf(block, signal));
  const inside = drawn.join("\n");
  const title = escapeHtml(heading);
  if (folded) return `<section><details><summary><h2>${title}</h2></summary>\n${inside}\n</details></section>`;
  return `<section><h2>${title}</h2>\n${inside}\n</section>`;
}

type Signal = Abortable["signal"];

async function blockOf(block: PageBlock, signal: Signal): Promise<string> {
  throwIfAborted(signal);
  switch (block.kind) {
    case "text": return `<p>${escapeHtml(block.text)}</p>`;
    case "notes": return block.notes.length === 0 ? "" : `<ul class="notes">${list(block.notes)}</ul>`;
    case "figures": {
      const figures: string[] = [];
      for (const figure of block.figures) {
        figures.push(await figureOf(block.small ? thumbnail(figure) : figure, signal));
      }
      return `<div class="${block.small ? "figures small" : "figures"}">${figures.join("")}</div>`;
    }
    case "drawing": {
      const under = block.caption === undefined ? "" : `<figcaption>${escapeHtml(block.caption)}</figcaption>`;
      return `<figure class="drawing">${block.drawing.svg()}${under}</figure>`;
    }
    case "bars": return barsOf(block.caption, block.bars);
    case "table": return tableOf(block.caption, block.header, block.rows);
    case "legend": {
      const ticks = block.ticks.map(({ at, text }) => {
        const place = at <= 0 ? "left:0" : at >= 1 ? "right:0" : `left:${(100 * at).toFixed(1)}%;translate:-50%`;
        return `<span style="${place}">${escapeHtml(text)}</span>`;
      });
      const alt = `colours from ${block.ticks[0]?.text ?? ""} to ${block.ticks.at(-1)?.text ?? ""}`;
      return `<div class="legend" role="img" aria-label="${escapeHtml(alt)}">` +
        `<div style="background:linear-gradient(to right,${block.colors.map(escapeHtml).join(",")})"></div>` +
        `<p aria-hidden="true">${ticks.join("")}</p></div>`;
    }
    case "markup": return block.html;
  }
}

function list(items: readonly string[]): string {
  return items.map((item) => `<li>${escapeHtml(item)}</li>`).join("");
}

/** Twice the width that it is shown in: a page of photos would not open. */
const THUMBNAIL = 256;

function thumbnail(figure: PageFigure): PageFigure {
  checkImage("htmlPage", figure.image);
  const { width, height } = figure.image;
  if (width <= THUMBNAIL) return figure;
  return { ...figure, image: resize(figure.image, THUMBNAIL, Math.max(1, Math.round((height * THUMBNAIL) / width))) };
}

async function figureOf({ image, alt, caption, sharp }: PageFigure, signal: Signal): Promise<string> {
  checkImage("htmlPage", image);
  const { width, height } = image;
  const source = `data:image/png;base64,${base64(await encodePng(image, { signal }))}`;
  const look = sharp ?? width < 200 ? ' class="sharp"' : "";
  const under = caption === undefined ? "" : `<figcaption>${escapeHtml(caption)}</figcaption>`;
  const tag = `<img src="${source}" width="${width}" height="${height}" alt="${escapeHtml(alt)}"${look}>`;
  return `<figure>${tag}${under}</figure>`;
}

function barsOf(caption: string, bars: readonly PageBar[]): string {
  const signed = bars.some(({ share = 0 }) => share < 0);
  const rows = bars.map(({ name, text, share, marked = false }) => {
    const size = Math.min(1, Math.abs(share ?? 0)) * (signed ? 50 : 100);
    const from = !signed ? 0 : (share ?? 0) < 0 ? 50 - size : 50;
    const place = `left:${from.toFixed(2)}%;width:${size.toFixed(2)}%`;
    const isDrawn = share !== undefined && Number.isFinite(share);
    const bar = isDrawn ? `<i class="${share < 0 ? "against" : "for"}" style="${place}"></i>` : "";
    const heading = `${escapeHtml(name)}${marked ? " <b>explained</b>" : ""}`;
    return `<tr${marked ? ' class="marked"' : ""}><th scope="row">${heading}</th>` +
      `<td>${escapeHtml(text)}</td><td class="bar" aria-hidden="true">${bar}</td></tr>`;
  });
  const middle = signed ? ' class="bars signed"' : ' class="bars"';
  return `<table${middle}><caption>${escapeHtml(caption)}</caption><tbody>${rows.join("")}</tbody></table>`;
}

function tableOf(caption: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = header.map((_, column) =>
    rows.length > 0 && rows.every((row) => /^[+−-]?[\d.,e+−-]*( %)?$/.test(row[column] ?? "")));
  const look = (column: number): string => (isNumber[column] === true ? ' class="number"' : "");
  const head = header.map((name, column) => `<th scope="col"${look(column)}>${escapeHtml(name)}</th>`).join("");
  const cells = (row: readonly string[]): string =>
    row.map((text, column) => `<td${look(column)}>${escapeHtml(text)}</td>`).join("");
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join("");
  return `<div class="wide" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table class="data">` +
    `<caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
