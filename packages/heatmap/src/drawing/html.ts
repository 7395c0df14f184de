/** Pictures within a page: everything they need inside one string. */
import { base64 } from "../files/bytes.ts";
import type { Image } from "../image/image.ts";
import { encodePngStored } from "../files/png-encode.ts";

/** What a page says about a picture. */
export interface HtmlOptions {
  /** What is read out instead of the picture. */
  readonly alt?: string;
  /** Text under the picture. */
  readonly caption?: string;
}

/** Text as it stands in HTML, between tags and within quotes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same in SVG, which may not hold characters that control: each stands as one that cannot be shown. */
export function escapeXml(text: string): string {
  return escapeHtml(text.replace(/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, "\ufffd"));
}

/** An `img` with the picture in its address, shown at the given size with its pixels kept sharp. */
export function imgTag(image: Image, width: number, height: number, alt: string): string {
  const source = `data:image/png;base64,${base64(encodePngStored(image))}`;
  const style = "display:block;image-rendering:pixelated";
  return `<img src="${source}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" style="${style}">`;
}

/** A `figure` of the given tags and a caption; text is escaped. */
export function figureTag(tags: readonly string[], caption: string | undefined): string {
  const under = caption === undefined ? "" : `<figcaption>${escapeHtml(caption)}</figcaption>`;
  return `<figure style="margin:0">${tags.join("")}${under}</figure>`;
}
