/** `relprop audit` of texts: whether a network tells classes by a few words. */
import { auditTexts } from "@relprop/evaluate";
import { htmlPage } from "@relprop/heatmap";
import { auditedTexts } from "../audited-texts.ts";
import { encodeText, tokenOf, type TextInput } from "../encoded-text.ts";
import { TextExplainer } from "../explain-text.ts";
import { textAuditPage, textAuditSentence } from "../text-audit-page.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { auditJson, auditText } from "./audit-result.ts";
import { chooseComposite } from "./options/composite.ts";
import { readLabelsFile } from "./options/labels.ts";
import { chooseReading } from "./options/model.ts";
import { Progress } from "./progress.ts";
import { readModel } from "./read-model.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { readTokenizer } from "./tokenizer.ts";
import { visible } from "./visible.ts";

/** Whether a path is that of a file of texts. */
export function isTexts(path: string): boolean {
  return /\.(txt|jsonl)$/i.test(path);
}

/** Audits the lines of a file. */
export async function auditTextFile(path: string, file: string, given: Given, terminal: Terminal): Promise<void> {
  if (given.text("node") !== undefined) throw new UsageError("--node takes pictures or arrays, got texts");
  const output = given.text("output");
  const seed = wholeNumber("seed", given.text("seed") ?? "1");
  const labels = await readLabelsFile(given.text("labels"), terminal);
  const compose = await chooseComposite(given, terminal);
  const chosen = given.text("tokenizer");
  const read = chosen === undefined ? undefined : await readTokenizer(chosen, terminal);
  const texts = textsOf(file, await terminal.readText(file), read !== undefined);
  const model = await readModel(path, terminal, chooseReading(given));
  const explainer = new TextExplainer(model, {
    composite: compose(model, given.text("composite") ?? "attn-lrp").composite,
    ...(read && { tokenizer: read.tokenizer }),
    words: read === undefined ? { subwords: "none" } : read.subwords === undefined ? {} : { subwords: read.subwords },
  });
  const encoded = texts.map((text, i) => {
    try {
      return encodeText(`line ${i + 1}`, text, read?.tokenizer);
    } catch (error) {
      throw new InputError(`${file}: ${(error as Error).message}`, { cause: error });
    }
  });
  const keep = [...new Set(encoded.flatMap(({ ids, tokens }) => ids.filter((_, i) => read?.special.has(tokens[i]!))))];
  const progress = new Progress(terminal, texts.length);
  const audited = auditedTexts(explainer, encoded.map(({ ids }) => ids), { keep });
  const found = await auditTexts(audited, { seed, done: (count) => progress.step(count) });
  progress.end();
  const name = (id: number): string => `line ${id + 1} of ${file}`;
  const written = new Map(encoded.flatMap(({ ids, tokens }) => ids.map((id, i) => [id, tokens[i]!] as const)));
  const token = (id: number): string => written.get(id) ?? tokenOf(id, read?.tokenizer);
  if (output !== undefined) {
    await terminal.write(output, await htmlPage(await textAuditPage(found, {
      title: `${path} on ${file}`, size: texts.length, labels, name, token,
      words: (id, target) => explainer.explain(encoded[id]!, { target }).words.html(),
    })));
  }
  const data = { size: texts.length, name };
  terminal.print(given.on("json")
    ? `${JSON.stringify(Object.assign(auditJson(found, data) as object, {
      words: Object.fromEntries(found.tokens.map((id) => [id, token(id)])),
    }))}\n`
    : auditText(found, data, { labels, sentence: (cluster) => textAuditSentence(cluster, token, labels) }));
  if (output !== undefined && !given.on("json")) terminal.print(`wrote ${visible(output)}\n`);
}

/** The texts of a file, one a line; token ids where there is no tokeniser. */
function textsOf(file: string, content: string, isText: boolean): readonly TextInput[] {
  const lines = content.split(/\r?\n/);
  const texts = lines.flatMap((line, i): readonly TextInput[] => {
    if (line.trim() === "") return [];
    const value = /\.jsonl$/i.test(file) ? fromJson(`${file}: line ${i + 1}`, line) : line.trim();
    if (typeof value !== "string" || isText) return [value];
    const ids = value.split(/[\s,]+/).filter((part) => part !== "").map(Number);
    if (ids.every((id) => Number.isInteger(id) && id >= 0)) return [ids];
    throw new InputError(`${file}: line ${i + 1}: takes token ids without --tokenizer, got ${JSON.stringify(line)}`);
  });
  if (texts.length === 0) throw new InputError(`${file}: takes texts, one a line, got none`);
  return texts;
}

/** A line of JSON: a text, a list of ids, or an object with `text`, `ids` or `input_ids`. */
function fromJson(where: string, line: string): TextInput {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InputError(`${where}: takes JSON, got ${(error as Error).message}`, { cause: error });
  }
  const { text, ids, input_ids: others } = (typeof value === "object" && value !== null ? value : {}) as
    Readonly<Record<string, unknown>>;
  const found = typeof value === "string" || Array.isArray(value) ? value : (text ?? ids ?? others);
  if (typeof found === "string" || Array.isArray(found)) return found as TextInput;
  const got = line.slice(0, 60);
  throw new InputError(`${where}: takes a text, a list of ids, or an object with text or ids, got ${got}`);
}
