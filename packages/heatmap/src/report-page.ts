/** Findings as one page that needs nothing beside it: no scripts, no addresses, pictures within. */
import { escapeHtml, figureTag, imgTag } from "./html.ts";
import type { Image } from "./image.ts";
import { resize } from "./resize.ts";

/** A picture in a report. */
export interface ReportPicture {
  readonly image: Image;
  readonly caption?: string;
  /** In pixels of the page; its own width unless given. */
  readonly width?: number;
}

/** A part of a report under a heading. */
export interface ReportSection {
  readonly heading: string;
  /** Paragraphs. */
  readonly text?: readonly string[];
  /** Rows of cells, of which the first is the head. */
  readonly table?: readonly (readonly string[])[];
  readonly pictures?: readonly ReportPicture[];
  /** Drawings as SVG, put in as they are: only those made here. */
  readonly drawings?: readonly string[];
}

/** What stands above all sections. */
export interface ReportHead {
  readonly title: string;
  readonly text?: readonly string[];
}

const STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;" +
  "color:#222;background:#fff}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}" +
  "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.2rem .7rem;text-align:left;" +
  "border-bottom:1px solid #ddd}.row{display:flex;flex-wrap:wrap;gap:.8rem}" +
  ".row figure{width:min-content;overflow-wrap:anywhere}figcaption{font-size:.8rem;color:#555}";

/** The page, as text. All words are escaped. */
export function reportPage({ title, text = [] }: ReportHead, sections: readonly ReportSection[]): string {
  const body = [`<h1>${escapeHtml(title)}</h1>`, ...text.map(paragraph), ...sections.map(sectionTag)].join("\n");
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escapeHtml(title)}</title>\n` +
    `<style>${STYLE}</style>\n<main>\n${body}\n</main>\n</html>\n`;
}

function sectionTag({ heading, text = [], table = [], pictures = [], drawings = [] }: ReportSection): string {
  return [
    `<section><h2>${escapeHtml(heading)}</h2>`,
    ...text.map(paragraph),
    ...(table.length === 0 ? [] : [tableTag(table)]),
    ...drawings,
    ...(pictures.length === 0 ? [] : [`<div class="row">${pictures.map(pictureTag).join("")}</div>`]),
    "</section>",
  ].join("\n");
}

function paragraph(words: string): string {
  return `<p>${escapeHtml(words)}</p>`;
}

function tableTag([head = [], ...rows]: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => row(cells, "td")).join("");
  return `<table><thead>${row(head, "th")}</thead><tbody>${body}</tbody></table>`;
}

/** Larger pictures are made smaller: a page of photos would not open. */
function pictureTag({ image, caption = "", width = image.width }: ReportPicture): string {
  const height = Math.max(1, Math.round((image.height * width) / image.width));
  const small = image.width > width ? resize(image, width, height) : image;
  return figureTag([imgTag(small, width, height, caption)], caption === "" ? undefined : caption);
}
