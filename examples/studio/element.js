// Elements of the page, made in one expression.

/** An element with properties and children; `class`, `aria-…`, `data-…` and the like are attributes. */
export function element(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

/** The same for drawings. */
export function drawn(name, properties = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), properties, children);
}

const attributes = new Set(["class", "role", "for"]);

function filled(made, properties, children) {
  const isSvg = made instanceof SVGElement;
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (typeof value === "function") made.addEventListener(key, value);
    else if (isSvg || key.includes("-") || attributes.has(key)) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A canvas with these pixels. */
export function canvasOf({ width, height, data }, alt) {
  const canvas = element("canvas", { width, height, role: "img", "aria-label": alt });
  canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

/** A number with as many digits as are worth reading. */
export function number(value) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const isFar = size !== 0 && (size < 1e-3 || size >= 1e5);
  const text = isFar ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/** A share as percent. */
export function percent(share) {
  return `${(100 * share).toFixed(Math.abs(share) > 0.0995 ? 0 : 1)} %`.replace("-", "−");
}
