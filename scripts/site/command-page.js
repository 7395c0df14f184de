// The page on the command line: what the command's own help says.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** A page in Markdown, with the help of `relprop` and of each of its subcommands. */
export function commandPage(root) {
  const help = (...words) => {
    const args = [join(root, "packages/relprop/dist/bin.js"), ...words, "--help"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`relprop ${words.join(" ")} --help: ${stderr}`);
    return stdout.trimEnd();
  };
  const overview = help();
  const names = [...overview.matchAll(/^ {2}(?:relprop )?([a-z]+)\b/gm)].map(([, name]) => name);
  const subcommands = [...new Set(names)];
  if (!subcommands.includes("explain")) throw new Error("relprop --help: lists no subcommands");
  return `# The command line

\`npm install relprop\` brings the command \`relprop\`; \`npx relprop\` starts it without installing.

\`\`\`text
${overview}
\`\`\`

${subcommands.map((name) => `## relprop ${name}\n\n\`\`\`text\n${help(name)}\n\`\`\``).join("\n\n")}

Exit codes: 0, 1 for input that cannot be used, 2 for a wrong call.
`;
}
