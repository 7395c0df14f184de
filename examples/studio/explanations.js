// Cards side by side: the input, what the network says of it, and a heatmap for each composite.
import { canvasOf, element, number, percent } from "./element.js";

/** The card of what was given. */
export function inputCard({ name, shape, pixels }) {
  const picture = pixels === undefined ? undefined : canvasOf(pixels, `the input, ${name}`);
  const caption = element("figcaption", {}, element("strong", {}, "input"), ` ${shape}`);
  return element("figure", { class: "card" }, caption, picture);
}

/** The card of the largest scores. */
export function scoresCard(scores) {
  const isShared = scores.every(({ share }) => share !== undefined);
  const most = Math.max(...scores.map(({ score }) => Math.abs(score))) || 1;
  const rows = scores.map(({ label, score, share, explained }) => {
    const bar = element("span", { class: share === undefined && score < 0 ? "fill against" : "fill" });
    bar.style.inlineSize = `${100 * Math.min(1, Math.abs(share ?? score / most))}%`;
    const text = share === undefined ? number(score) : percent(share);
    return element("li", { class: explained ? "explained" : "" },
      element("span", { class: "label" }, label), element("span", { class: "value" }, text),
      element("span", { class: "bar" }, bar));
  });
  return element("div", { class: "card scores" },
    element("p", { class: "caption" }, element("strong", {}, isShared ? "shares" : "scores")),
    element("ol", {}, ...rows));
}

/** What relevance looks like, as one element. */
export function shownRelevance(shown, alt) {
  if (shown.kind === "pixels") {
    const over = canvasOf(shown.pixels, alt);
    if (shown.bare === undefined) return over;
    const bare = canvasOf(shown.bare, `${alt}, without the picture`);
    bare.hidden = true;
    const title = "with and without the picture";
    const both = element("button", { type: "button", class: "turn", title }, over, bare);
    both.addEventListener("click", () => {
      over.hidden = !over.hidden;
      bare.hidden = !bare.hidden;
    });
    return both;
  }
  if (shown.kind === "svg") {
    const src = URL.createObjectURL(new Blob([shown.svg], { type: "image/svg+xml" }));
    return element("img", { src, alt: shown.alt, load: () => URL.revokeObjectURL(src) });
  }
  return element("p", { class: "faint" }, shown.why);
}

/** The card of one composite: `title` and what it shows. */
export function explanationCard(title, shown, { milliseconds, warnings = [], note } = {}) {
  const caption = element("figcaption", {}, element("strong", {}, title));
  if (milliseconds !== undefined) caption.append(` ${Math.round(milliseconds)} ms`);
  const card = element("figure", { class: "card" }, caption, shownRelevance(shown, `relevance by ${title}`));
  if (note !== undefined) card.append(element("p", { class: "faint" }, note));
  if (warnings.length > 0) {
    card.append(element("details", { class: "warnings" }, element("summary", {}, "To beware of"),
      element("ul", {}, ...warnings.map((warning) => element("li", {}, warning)))));
  }
  return card;
}

/** The card of a composite that could not be used. */
export function failedCard(title, message) {
  return element("figure", { class: "card" }, element("figcaption", {}, element("strong", {}, title)),
    element("p", { class: "faint" }, message));
}
