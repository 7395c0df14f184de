// Markdown as the pages here write it, to HTML: headings, paragraphs, lists, tables, code, quotes, links, pictures.
import { highlighted } from "./highlight.js";
import { escaped, inline, plain, slug } from "./inline.js";

/** `{ title, headings, html, text }` of a page; `link` gives each target as it stands in the HTML. */
export function rendered(source, link) {
  const lines = source.replace(/\r/g, "").split("\n");
  const headings = [];
  const seen = new Map();
  const parts = [];
  const words = [];
  const text = (line) => {
    words.push(plain(line));
    return inline(line, link);
  };
  let [at, tables] = [0, 0];
  while (at < lines.length) {
    const line = lines[at];
    const fence = /^(```+|~~~+)(.*)$/.exec(line);
    const title = /^(#{1,4}) +(.*)$/.exec(line);
    if (line.trim() === "" || line.startsWith("<!--")) at++;
    else if (fence) {
      const end = lines.findIndex((other, i) => i > at && other.startsWith(fence[1]));
      const stop = end < 0 ? lines.length : end;
      parts.push(codeBlock(lines.slice(at + 1, stop), fence[2].trim().split(" ")[0]));
      at = stop + 1;
    } else if (title) {
      const [level, id] = [title[1].length, unique(slug(plain(title[2])), seen)];
      headings.push({ level, title: plain(title[2]), id });
      parts.push(`<h${level} id="${id}">${text(title[2])}${level === 1 ? "" : mark(id, plain(title[2]))}</h${level}>`);
      at++;
    } else if (/^\|/.test(line)) {
      const rows = run(lines, at, (other) => /^\|/.test(other));
      parts.push(table(rows, text, ++tables));
      at += rows.length;
    } else if (/^> ?/.test(line)) {
      const quoted = run(lines, at, (other) => /^>/.test(other));
      parts.push(`<blockquote><p>${text(quoted.map((other) => other.replace(/^> ?/, "")).join(" "))}</p></blockquote>`);
      at += quoted.length;
    } else if (/^(-|\d+\.) /.test(line)) {
      const items = run(lines, at, (other, first) => first || /^(-|\d+\.) /.test(other) || /^ +\S/.test(other));
      parts.push(list(items, text));
      at += items.length;
    } else {
      const prose = run(lines, at, (other, first) => first || !/^(\s*$|#|```|~~~|\||> |- )/.test(other));
      parts.push(`<p>${text(prose.join("\n"))}</p>`);
      at += prose.length;
    }
  }
  return { title: headings[0]?.title ?? "", headings, html: parts.join("\n"), text: words.join(" ") };
}

function run(lines, from, belongs) {
  let to = from;
  while (to < lines.length && belongs(lines[to], to === from)) to++;
  return lines.slice(from, to);
}

function codeBlock(lines, language) {
  const code = lines.join("\n");
  const name = { ts: "JavaScript", js: "JavaScript", sh: "Shell", html: "HTML", json: "JSON" }[language] ?? "Text";
  return `<pre tabindex="0" aria-label="${name}"><code>${highlighted(code, language)}</code></pre>`;
}

function mark(id, title) {
  return ` <a class="mark" href="#${id}" aria-label="Link to ${escaped(title)}">#</a>`;
}

function table(rows, text, number) {
  const split = (row) => row.replace(/^\||\|\s*$/g, "").split(/(?<!\\)\|/);
  const [head, , ...body] = rows.map((row) => split(row).map((cell) => cell.trim().replaceAll("\\|", "|")));
  const line = (row, opening, tag) => `<tr>${row.map((cell) => `<${opening}>${text(cell)}</${tag}>`).join("")}</tr>`;
  const titled = head.some((cell) => cell !== "");
  const named = titled ? `<thead>${line(head.map((cell) => cell || "–"), 'th scope="col"', "th")}</thead>` : "";
  const whole = `<table>${named}<tbody>${body.map((row) => line(row, "td", "td")).join("")}</tbody></table>`;
  return `<section class="wide" tabindex="0" aria-label="Table ${number}">${whole}</section>`;
}

/** A list, with lists inside items by their indent of two or three blanks. */
function list(lines, text) {
  const ordered = /^\d/.test(lines[0]);
  const items = [];
  for (const line of lines) {
    const start = /^(?:-|\d+\.) (.*)$/.exec(line);
    const last = items.at(-1);
    if (start) items.push({ prose: [start[1]], inner: [] });
    else if (/^ +(-|\d+\.) /.test(line) || last.inner.length > 0) last.inner.push(line.replace(/^ {2,3}/, ""));
    else last.prose.push(line.trim());
  }
  const tag = ordered ? "ol" : "ul";
  const item = ({ prose, inner }) => `<li>${text(prose.join("\n"))}${inner.length > 0 ? list(inner, text) : ""}</li>`;
  return `<${tag}>${items.map(item).join("")}</${tag}>`;
}

function unique(id, seen) {
  const times = seen.get(id) ?? 0;
  seen.set(id, times + 1);
  return times === 0 ? id : `${id}-${times}`;
}
