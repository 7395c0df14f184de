// The frame of a page: head, navigation, search, content, foot. Every address is relative: the site works at any place.
import { escaped } from "./inline.js";

/** A whole page. `page` has url, title, description and html; `sections` is the navigation; `base` leads to the top. */
export function framed(page, { sections, project, next, previous }) {
  const base = "../".repeat(page.url.split("/").length - 1);
  const entry = ({ url, title }) => {
    const here = url === page.url ? ' aria-current="page"' : "";
    return `<li><a href="${base}${url}"${here}>${escaped(title)}</a></li>`;
  };
  const nav = sections.map(({ title, pages }) => {
    const open = pages.some(({ url }) => url === page.url) ? " open" : "";
    return `<details${open}><summary>${escaped(title)}</summary><ul>${pages.map(entry).join("")}</ul></details>`;
  });
  const way = [["prev", "previous", previous], ["next", "next", next]].filter(([, , it]) => it !== undefined);
  const steps = way.map(([rel, word, { url, title }]) =>
    `<a rel="${rel}" href="${base}${url}">${word}: ${escaped(title)}</a>`);
  const place = `${project.repository}/blob/main/${page.source}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escaped(page.description)}">
<title>${escaped(page.title === "Relprop" ? "Relprop" : `${page.title} · Relprop`)}</title>
<link rel="icon" href="${base}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}site.css">
<script type="module" src="${base}search.js"></script>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<a class="name" href="${base}index.html">
<svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">${sign}</svg>Relprop</a>
<form role="search" class="search" hidden>
<label for="query">Search</label>
<input id="query" type="search" placeholder="A name, a message, a question" autocomplete="off" data-base="${base}">
<button type="submit">Find</button>
<ul id="found" hidden></ul>
</form>
<a class="code" href="${project.repository}">Code</a>
</header>
<div class="columns">
<nav aria-label="Pages">
<details class="all" open><summary>Pages</summary>
${nav.join("\n")}
</details>
</nav>
<main id="content">
${page.html}
<footer>
${steps.join("\n")}
<p>${page.source === undefined ? "" : `<a href="${place}">Source of this page</a>. `}MIT licence.</p>
</footer>
</main>
</div>
</body>
</html>
`;
}

const strengths = [[0.25, 0.9, 0.4], [0.6, 1, 0.2], [0.15, 0.75, 0.5]];

/** Nine squares of a heatmap. */
export const sign = strengths.flatMap((row, j) => row.map((strength, i) =>
  `<rect x="${4 + 9 * i}" y="${4 + 9 * j}" width="7" height="7" rx="1.5" fill="#d4351c" fill-opacity="${strength}"/>`))
  .join("");

/** The sign as a file. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${sign}</svg>\n`;
