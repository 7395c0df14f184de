/** Drawings as SVG. */
import { base64 } from "../files/bytes.ts";
import { escapeXml } from "./html.ts";
import { encodePngStored } from "../files/png-encode.ts";
import { paints, type Drawn, type DrawnShape, type Paint } from "./shape.ts";

const FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";

/** One element with everything it needs. */
export function drawnSvg({ width, height, shapes, alt }: Drawn): string {
  const extents = `viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" ${extents} font-family="${FONT}">` +
    `<title>${escapeXml(alt)}</title>${shapes.map(drawn).join("")}</svg>`;
}

function drawn(shape: DrawnShape): string {
  switch (shape.kind) {
    case "box": {
      const title = shape.title === undefined ? "" : `<title>${escapeXml(shape.title)}</title>`;
      return `<rect ${place(shape)} style="fill:${css(shape.fill)}">${title}</rect>`;
    }
    case "path": {
      const points = shape.points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
      if (shape.filled === true) return `<polygon points="${points}" style="fill:${css(shape.stroke)}"/>`;
      const dashes = shape.dashed === true ? ";stroke-dasharray:3 3" : "";
      const style = `fill:none;stroke:${css(shape.stroke)};stroke-width:${shape.width ?? 1}${dashes}`;
      return `<polyline points="${points}" style="${style};stroke-linejoin:round"/>`;
    }
    case "label": {
      const { anchor = "start", bold = false, size, fill = "ink" } = shape;
      const weight = bold ? ' font-weight="600"' : "";
      return `<text x="${round(shape.x)}" y="${round(shape.y)}" font-size="${size}" text-anchor="${anchor}"${weight} ` +
        `style="fill:${css(fill)}">${escapeXml(shape.text)}</text>`;
    }
    case "inset": {
      const source = `data:image/png;base64,${base64(encodePngStored(shape.image))}`;
      return `<image ${place(shape)} href="${source}" preserveAspectRatio="none" style="image-rendering:pixelated"/>`;
    }
  }
}

function css(paint: Paint): string {
  return paint.startsWith("#") ? paint : `var(--relprop-${paint},${paints[paint as keyof typeof paints]})`;
}

function place({ x, y, width, height }: Readonly<Record<"x" | "y" | "width" | "height", number>>): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
