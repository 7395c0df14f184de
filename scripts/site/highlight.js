// Colours for code: comments, strings, numbers and words of the language.
import { escaped } from "./inline.js";

const words = "import export from const let function return new for of in if else await async class extends type " +
  "interface readonly true false undefined null throw try catch while";
const script = new RegExp([
  "(?<comment>//[^\\n]*|/\\*[\\s\\S]*?\\*/)",
  '(?<string>"(?:\\\\.|[^"\\\\\\n])*"|\'(?:\\\\.|[^\'\\\\\\n])*\'|`(?:\\\\.|[^`\\\\])*`)',
  `(?<word>\\b(?:${words.replaceAll(" ", "|")})\\b)`,
  "(?<number>\\b\\d[\\d_]*(?:\\.\\d+)?(?:e-?\\d+)?\\b)",
].join("|"), "g");
const shell = /(?<comment>(?:^|(?<=\s))#[^\n]*)|(?<string>"[^"\n]*"|'[^'\n]*')|(?<word>(?<=\s)--?[a-z][\w-]*)/gm;
const patterns = { ts: script, js: script, json: script, sh: shell };

/** Code with a `<span class=…>` around each part that has a colour; plain for languages not known. */
export function highlighted(code, language) {
  const pattern = patterns[language];
  if (pattern === undefined) return escaped(code);
  let html = "";
  let at = 0;
  for (const match of code.matchAll(pattern)) {
    const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    html += `${escaped(code.slice(at, match.index))}<span class="${kind}">${escaped(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escaped(code.slice(at));
}
