// Search without a server: the index is read when the field is used first, pages are ranked by where the words stand.
const form = document.querySelector(".search");
const field = document.querySelector("#query");
const list = document.querySelector("#found");
const { base } = field.dataset;
let index;

form.hidden = false;
// On narrow screens the list of pages begins closed; without scripts it stays open.
if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".all").open = false;

field.addEventListener("focus", load);
field.addEventListener("input", async () => show(field.value, await load()));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.click();
});
form.addEventListener("keydown", (event) => {
  const links = [field, ...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    list.hidden = true;
    field.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    links[(at + (event.key === "ArrowDown" ? 1 : links.length - 1)) % links.length].focus();
  }
});
document.addEventListener("click", (event) => {
  if (!form.contains(event.target)) list.hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || /^(input|textarea)$/i.test(document.activeElement?.tagName)) return;
  event.preventDefault();
  field.focus();
});

function load() {
  index ??= fetch(`${base}search.json`).then((response) => response.json());
  return index;
}

function show(query, entries) {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  const scored = words.length === 0 ? [] : entries.map((entry) => ({ entry, score: scoreOf(entry, words) }));
  const best = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, 12);
  list.replaceChildren(...best.map(({ entry }) => item(entry)));
  const nothing = Object.assign(document.createElement("li"), { textContent: "Nothing found." });
  if (words.length > 0 && best.length === 0) list.append(nothing);
  list.hidden = words.length === 0;
}

/** Every word must occur; a title that is the word counts most, then one that begins with it, then any other place. */
function scoreOf({ title, text }, words) {
  const [name, rest] = [title.toLowerCase(), text.toLowerCase()];
  const scores = words.map((word) => {
    if (name === word) return 100;
    if (name.startsWith(word)) return 40;
    if (name.includes(word)) return 20;
    return rest.includes(word) ? 1 + Math.min(rest.split(word).length, 5) : 0;
  });
  return scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0);
}

function item({ title, section, url }) {
  const link = document.createElement("a");
  link.href = base + url;
  link.append(title, Object.assign(document.createElement("small"), { textContent: section }));
  const entry = document.createElement("li");
  entry.append(link);
  return entry;
}
