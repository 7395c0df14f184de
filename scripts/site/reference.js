// A page for each entry of a package: every exported name with its docstring, signature and source.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { offered, passedOn } from "./declarations.js";
import { usedOn } from "./used-on.js";

const order = ["function", "const", "class", "interface", "type"];
const titles = { function: "Functions", const: "Values", class: "Classes", interface: "Interfaces", type: "Types" };

/** Pages in Markdown: `{ url, title, source, markdown, names }`. */
export function referencePages(root, repository) {
  const entries = readdirSync(join(root, "packages")).sort().flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
    const seen = new Set(); // an entry that offers the same in another file has no page of its own
    const isNew = ([, { types }]) => types !== undefined && !seen.has(types) && seen.add(types);
    return Object.entries(manifest.exports).filter(isNew).map(([path, { types }]) => {
      const specifier = manifest.name + path.slice(1);
      const index = join(root, "packages", folder, types);
      if (!existsSync(index)) throw new Error(`${relative(root, index)} is missing: run npm run build first`);
      const url = `reference/${specifier.replace("@relprop/", "").replaceAll("/", "-")}.html`;
      return { url, title: specifier, manifest, folder, names: offered(index), others: passedOn(index) };
    });
  });
  const declares = new Map(entries.map(({ title, names }) => [title, new Set(names.map(({ name }) => name))]));
  const uses = usedOn(root);
  return entries.map((entry) => {
    const { url, title, names } = entry;
    return { url, title, names, markdown: page(entry, { root, repository, declares, uses }) };
  });
}

function page({ title: specifier, manifest, folder, names, others }, { declares, ...context }) {
  const { name, description, homepage } = manifest;
  const groups = order.map((kind) => ({ title: titles[kind], all: names.filter((one) => one.kind === kind) }))
    .filter(({ all }) => all.length > 0);
  const links = (all) => all.map((one) => `[\`${one.name}\`](#${one.name.toLowerCase()})`).join(", ");
  const address = (from) => `${homepage}reference/${from.replace("@relprop/", "").replaceAll("/", "-")}.html`;
  const linked = (from) => (one) =>
    `[\`${one}\`](${address(from)}${declares.get(from)?.has(one) ? `#${one.toLowerCase()}` : ""})`;
  const elsewhere = [...others].map(([from, all]) =>
    `From [${from}](${address(from)}): ${all.map(linked(from)).join(", ")}.\n`);
  const shown = (one) => entry(one, { ...context, folder });
  const what = names.length > 0
    ? description
    : `All that ${[...others.keys()].join(" and ")} offers, from the one package \`relprop\``;
  return `# ${specifier}

${what}.

\`\`\`sh
npm install ${name}
\`\`\`

${groups.map(({ title, all }) => `- ${title}: ${links(all)}`).join("\n")}

${elsewhere.join("\n")}
${groups.map(({ title, all }) => `## ${title}\n\n${all.map(shown).join("\n")}`).join("\n")}`;
}

function entry({ name, doc, code, file }, { root, folder, repository, uses }) {
  const source = relative(root, file).replace("/dist/", "/src/").replace(/\.d\.ts$/, ".ts");
  const line = lineOf(join(root, source), name);
  const place = `${repository}/blob/main/${source}${line > 0 ? `#L${line}` : ""}`;
  const pages = (uses.get(name) ?? []).slice(0, 3).map(({ path, title }) => `[${title}](../../${path})`);
  const examples = pages.length === 0 ? "" : ` · Used in ${pages.join(", ")}`;
  return `### ${name}

${doc}

\`\`\`ts
${code}
\`\`\`

[${source.replace(`packages/${folder}/`, "")}](${place})${examples}
`;
}

function lineOf(path, name) {
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.findIndex((line) => new RegExp(`^export .*\\b${name.replaceAll("$", "\\$")}\\b`).test(line)) + 1;
}
