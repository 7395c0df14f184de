// What stands inside a line of Markdown: code, emphasis, links, pictures.

/** Text as it may stand in HTML, in attributes too. */
export function escaped(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (char) => names[char]);
}

/** A name for an anchor, as code hosts make it from a heading. */
export function slug(title) {
  const name = title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-");
  return /^\p{L}/u.test(name) ? name : `at-${name}`;
}

/** The text alone. */
export function plain(line) {
  return line.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "").replace(/\s+/g, " ");
}

/** The line as HTML; `link` turns targets of links (`{ href }`) and pictures (`{ src }`) into attributes. */
export function inline(line, link) {
  const parts = line.split(/(`+[^`]+`+)/);
  const html = parts.map((part) => (/^`/.test(part) ? `<code>${escaped(part.replace(/^`+|`+$/g, ""))}</code>` : null));
  // Links may have code inside: their brackets are looked for in the line as a whole, with code kept aside.
  const aside = parts.map((part, i) => (html[i] === null ? part : `\u0000${i}\u0000`)).join("");
  return escaped(aside)
    .replace(/!\[([^\]]*)\]\(([^)\s]+)\)/g, (_, alt, src) => `<img ${link({ src })} alt="${bare(alt)}" loading="lazy">`)
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, text, target) => `<a ${link({ href: target })}>${text}</a>`)
    .replace(/&lt;(https:[^\s&]+)&gt;/g, (_, target) => `<a href="${target}">${target}</a>`)
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(?<![\w*])\*([^*\s][^*]*)\*(?!\w)/g, "<em>$1</em>")
    .replace(/\u0000(\d+)\u0000/g, (_, i) => html[Number(i)]);
}

function bare(alt) {
  return alt.replace(/\u0000\d+\u0000/g, "").trim();
}
