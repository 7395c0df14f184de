/** The code blocks of a page in Markdown, and a program made of them. */
import { imports } from "./imports.ts";

/** A block between fences. */
export interface Block {
  /** What follows the opening fence: `ts`, `ts no-run`, `sh`, … */
  readonly info: string;
  readonly code: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
}

/** The fenced blocks of a page. */
export function blocks(page: string): readonly Block[] {
  const found: Block[] = [];
  const lines = page.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, fence, info] = /^\s*(`{3,}|~{3,})\s*([^`]*)$/.exec(lines[at]!) ?? [];
    if (fence === undefined) continue;
    const from = at + 1;
    while (++at < lines.length && lines[at]!.trim() !== fence);
    found.push({ info: info!.trim(), code: lines.slice(from, at).join("\n"), line: from + 1 });
  }
  return found;
}

/**
 * One module of all `ts` blocks of a page, in order. A block sees the names of those before it and may use them for
 * something new; those marked `no-run` are checked, not run, and keep their names to themselves.
 */
export function program(page: string): string {
  const sources = blocks(page).filter(({ info }) => /^ts\b/.test(info));
  const hoisted = new Map<string, Set<string>>();
  let body = "";
  let open = 0;
  for (const { info, code, line } of sources) {
    const rest = hoist(code, hoisted);
    if (/\bno-run\b/.test(info)) {
      body += `if (skipped) { // line ${line}\n${rest}\n}\n`;
    } else {
      body += `{ // line ${line}\n${rest}\n`;
      open++;
    }
  }
  const heads = [...hoisted].map(([from, names]) => {
    const braced = [...names].filter((name) => !name.startsWith("*"));
    const whole = [...names].filter((name) => name.startsWith("*")).map((name) => `import ${name} from "${from}";\n`);
    return `${whole.join("")}import { ${braced.join(", ")} } from "${from}";\n`;
  });
  return `${heads.join("")}const skipped: boolean = [].length > 0;\n${body}${"}\n".repeat(open)}export {};\n`;
}

/** What a shell is told to do, one command each; comments, prompts, output and continued lines are seen through. */
export function commands(page: string): readonly string[] {
  return blocks(page)
    .filter(({ info }) => /^(sh|bash|shell|console)\b/.test(info))
    .flatMap(({ code }) => code.replace(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.replace(/^\$ /, "").replace(/\s#.*$|^#.*$/, "").trim())
    .flatMap((line) => line.split(/\s*(?:&&|\|\||;|\|)\s*/))
    .filter((command) => command !== "");
}

/** The paths within the repository that a page links to. */
export function links(page: string): readonly string[] {
  const prose = page.replace(/^\s*```[\s\S]*?^\s*```/gm, "").replace(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)|\b(?:src|href)="([^"]+)"/g)].map(([, a, b]) => (a ?? b)!);
  return targets.filter((target) => !/^(\w+:|#)/.test(target)).map((target) => target.split("#")[0]!);
}

/** The paths a page names in passing: `folder/file`, without blanks or placeholders. */
export function namedPaths(page: string): readonly string[] {
  const prose = page.replace(/^\s*```[\s\S]*?^\s*```/gm, "");
  return [...prose.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\/?)`/g)].map(([, path]) => path!);
}

/** Moves the imports of a block to `hoisted` and returns what is left. */
function hoist(code: string, hoisted: Map<string, Set<string>>): string {
  for (const { form, specifier, own } of imports(code)) {
    if (form !== "import") continue;
    const names = hoisted.get(specifier) ?? new Set();
    hoisted.set(specifier, names);
    for (const [name, original] of own) {
      if (original === "*") names.add(`* as ${name}`);
      else names.add(name === original ? name : `${original} as ${name}`);
    }
  }
  return code.replace(/^import\b[^;]*;[ \t]*(?:\/\/.*)?$/gm, "");
}
