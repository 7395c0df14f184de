// A page for each entry of a package: every exported name with its docstring, signature and source.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { offered } from "./declarations.js";

const order = ["function", "const", "class", "interface", "type"];
const titles = { function: "Functions", const: "Values", class: "Classes", interface: "Interfaces", type: "Types" };

/** Pages in Markdown: `{ url, title, source, markdown, names }`. */
export function referencePages(root, repository) {
  return readdirSync(join(root, "packages")).sort().flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
    return Object.entries(manifest.exports).filter(([, to]) => to.types !== undefined).map(([path, { types }]) => {
      const specifier = manifest.name + path.slice(1);
      const index = join(root, "packages", folder, types);
      if (!existsSync(index)) throw new Error(`${relative(root, index)} is missing: run npm run build first`);
      const names = offered(index);
      const url = `reference/${specifier.replace("@relprop/", "").replaceAll("/", "-")}.html`;
      const markdown = page({ ...manifest, specifier, names, context: { root, folder, repository } });
      return { url, title: specifier, names, markdown };
    });
  });
}

function page({ specifier, name, description, names, context }) {
  const groups = order.map((kind) => ({ title: titles[kind], all: names.filter((one) => one.kind === kind) }))
    .filter(({ all }) => all.length > 0);
  const links = (all) => all.map((one) => `[\`${one.name}\`](#${one.name.toLowerCase()})`).join(", ");
  return `# ${specifier}

${description}.

\`\`\`sh
npm install ${name}
\`\`\`

${groups.map(({ title, all }) => `- ${title}: ${links(all)}`).join("\n")}

${groups.map(({ title, all }) => `## ${title}\n\n${all.map((one) => entry(one, context)).join("\n")}`).join("\n")}`;
}

function entry({ name, doc, code, file }, { root, folder, repository }) {
  const source = relative(root, file).replace("/dist/", "/src/").replace(/\.d\.ts$/, ".ts");
  const line = lineOf(join(root, source), name);
  const place = `${repository}/blob/main/${source}${line > 0 ? `#L${line}` : ""}`;
  return `### ${name}

${doc}

\`\`\`ts
${code}
\`\`\`

[${source.replace(`packages/${folder}/`, "")}](${place})
`;
}

function lineOf(path, name) {
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.findIndex((line) => new RegExp(`^export .*\\b${name.replaceAll("$", "\\$")}\\b`).test(line)) + 1;
}
