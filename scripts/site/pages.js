// The pages of the site: which there are, where they go, and what their links become.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { codeMap } from "./code-map.js";
import { commandPage } from "./command-page.js";
import { rendered } from "./markdown.js";
import { referencePages } from "./reference.js";

/** `{ pages, sections, files, texts, project, complaints }`; a page has url, title, html, source, entries and so on. */
export function readPages(root) {
  const text = (path) => readFileSync(join(root, path), "utf8");
  const manifest = JSON.parse(text("package.json"));
  const project = { ...manifest, repository: manifest.repository.url.replace(/^git\+|\.git$/g, "") };
  const contents = JSON.parse(text("docs/contents.json"));
  const urls = new Map(contents.flatMap(({ pages }) => pages.map((path) => [path, urlOf(path)])));
  const files = new Map();
  const complaints = [];

  /** What a link or picture on a page becomes. */
  const linkFrom = (source, url) => (target) => {
    const [attribute, address] = Object.entries(target)[0];
    const [path, hash] = address.split("#");
    const anchor = hash === undefined ? "" : `#${hash}`;
    const to = (other) => `${relative(dirname(url), other) || "."}${anchor}`;
    if (address.startsWith(manifest.homepage)) return `${attribute}="${to(path.slice(manifest.homepage.length))}"`;
    if (/^(https?:|#|mailto:)/.test(address)) return `${attribute}="${address}"`;
    if (path === "code-map.svg") return `${attribute}="${path}"`;
    const place = normalize(join(dirname(source), path));
    if (urls.has(place)) return `${attribute}="${to(urls.get(place))}"`;
    if (!existsSync(join(root, place))) complaints.push(`${source}: names ${address}, which is not there`);
    if (attribute === "src" || /\.(png|svg|html)$/.test(place)) {
      files.set(place, `files/${place}`);
      return `${attribute}="${to(`files/${place}`)}"`;
    }
    return `${attribute}="${project.repository}/blob/main/${place}${anchor}"`;
  };
  const made = (source, url, markdown, section) => {
    const { title, headings, html, text: words } = rendered(markdown, linkFrom(source ?? `docs/${url}`, url));
    const [first = ""] = /(?<=<p>)[\s\S]*?(?=<\/p>)/.exec(html) ?? [];
    const description = first.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").slice(0, 200);
    const entries = [{ title, section, url, text: words.slice(0, 6000) }];
    for (const { title: heading, id, level } of headings.filter(({ level }) => level > 1)) {
      entries.push({ title: heading, section: title, url: `${url}#${id}`, text: level === 3 ? title : "" });
    }
    return { url, title, description, html, source, entries };
  };
  const sections = contents.map(({ title, pages }) => ({
    title,
    pages: pages.map((path) => made(path, urls.get(path), text(path), title)),
  }));
  const section = (title) => sections.find((one) => one.title === title).pages;
  const reference = referencePages(root, project.repository);
  section("Reference").push(made(undefined, "reference/command-line.html", commandPage(root), "Reference"));
  section("Reference").push(...reference.map(({ url, markdown }) => made(undefined, url, markdown, "Reference")));
  const { svg, markdown } = codeMap(root);
  section("Project").push(made(undefined, "project/code-map.html", markdown, "Project"));
  const pages = sections.flatMap((section) => section.pages);
  return { pages, sections, files, texts: new Map([["project/code-map.svg", svg]]), project, complaints };
}

/** Where a page of the repository goes: those of docs to the same place, others to a name of their own. */
function urlOf(path) {
  if (path.startsWith("docs/")) return path.slice(5).replace(/\.md$/, ".html");
  const name = path.replace(/\/README\.md$/, "").replace(/\.md$/, "").toLowerCase().replaceAll("/", "-");
  return `project/${name}.html`;
}
