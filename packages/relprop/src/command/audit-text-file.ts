/** `relprop audit` of texts: whether a network tells classes by a few words. */
import { auditTexts } from "@relprop/evaluate";
import { htmlPage } from "@relprop/heatmap";
import { auditedTexts } from "../audited-texts.ts";
import { TextExplainer } from "../explain-text.ts";
import { textAuditPage, textAuditSentence } from "../text-audit-page.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { auditJson, auditText } from "./audit-result.ts";
import { chooseComposite } from "./options/composite.ts";
import { readLabelsFile } from "./options/labels.ts";
import { chooseReading } from "./options/model.ts";
import { Progress } from "./progress.ts";
import { readModel } from "./read-model.ts";
import { UsageError, type Terminal } from "./terminal.ts";
import { readTextFile } from "./text-file.ts";
import { visible } from "./visible.ts";

/** Audits the lines of a file. */
export async function auditTextFile(path: string, file: string, given: Given, terminal: Terminal): Promise<void> {
  if (given.text("node") !== undefined) throw new UsageError("--node takes pictures or arrays, got texts");
  const output = given.text("output");
  const seed = wholeNumber("seed", given.text("seed") ?? "1");
  const labels = await readLabelsFile(given.text("labels"), terminal);
  const compose = await chooseComposite(given, terminal);
  const { texts, tokenizer: read, special: keep, name, token } =
    await readTextFile(file, given.text("tokenizer"), terminal);
  const model = await readModel(path, terminal, chooseReading(given));
  const explainer = new TextExplainer(model, {
    composite: compose(model, given.text("composite") ?? "attn-lrp").composite,
    words: read === undefined ? { subwords: "none" } : read.subwords === undefined ? {} : { subwords: read.subwords },
  });
  const progress = new Progress(terminal, texts.length);
  const audited = auditedTexts(explainer, texts.map(({ ids }) => ids), { keep });
  const found = await auditTexts(audited, { seed, done: (count) => progress.step(count) });
  progress.end();
  if (output !== undefined) {
    await terminal.write(output, await htmlPage(await textAuditPage(found, {
      title: `${path} on ${file}`, size: texts.length, labels, name, token,
      words: (id, target) => explainer.explain(texts[id]!, { target }).words.html(),
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
