// What the drawings of the theory are made of.
import { Drawing } from "relprop/heatmap";

export const WIDTH = 460;

export const label = (x, y, text, more = {}) => ({ kind: "label", x, y, text, size: 13, ...more });
export const box = (x, y, width, height, fill) => ({ kind: "box", x, y, width, height, fill });
export const line = (points, more = {}) => ({ kind: "path", points, stroke: "line", ...more });
export const inset = (x, y, side, picture) =>
  ({ kind: "inset", x, y, width: side, height: side, image: picture.rgba() });

/** The colour of relevance of this sign. */
export const sign = (value) => (value < 0 ? "against" : "for");

/** A number as short as it can be read, with a minus that is one. */
export function short(value) {
  const text = Math.abs(value) >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(2);
  return text.replace("-", "−");
}

export const drawing = (height, shapes, alt) => new Drawing(WIDTH, height, shapes, alt);

const DARK = "svg{--relprop-ink:#e6e8eb;--relprop-faint:#a1a9b2;--relprop-line:#444b54;--relprop-paper:#16181b;" +
  "--relprop-for:#ff8a80;--relprop-against:#8ab8ff}";

/** The file of a drawing, which follows the colours of the screen it is shown on. */
export function svgFile(drawn) {
  const style = `<style>@media (prefers-color-scheme:dark){${DARK}}</style>`;
  return `${drawn.svg().replace("<title>", `${style}<title>`)}\n`;
}
