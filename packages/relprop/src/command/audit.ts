/** `relprop audit`: whether a network tells classes by something else than what they are. */
import { audit as auditData } from "@relprop/evaluate";
import { htmlPage } from "@relprop/heatmap";
import { LRP } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { auditPage, auditSentence } from "../audit-page.ts";
import { wholeNumber } from "./arguments.ts";
import { auditJson, auditText } from "./audit-result.ts";
import { auditTextFile } from "./audit-text-file.ts";
import { openDataSet } from "./data-set.ts";
import { finite } from "./finite.ts";
import { group } from "./option.ts";
import { chooseComposite, compositeOptions } from "./options/composite.ts";
import { labelsOption, readLabelsFile } from "./options/labels.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { forceOption, jsonOption } from "./options/output.ts";
import { choosePreprocessing, pictureOptions } from "./options/picture.ts";
import { tokenizerOption } from "./options/text.ts";
import { Progress } from "./progress.ts";
import { readPrepared } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError } from "./terminal.ts";
import { isTexts } from "./text-file.ts";
import { visible } from "./visible.ts";

/** `relprop audit MODEL DATA [options]` */
export const audit: Subcommand = {
  summary: "whether a network tells classes by something else than what they are",
  usage: "MODEL DATA [options]",
  about: "Explains every sample of DATA, a folder of inputs (.png, .ppm, .jpg, .npy) or one .npy or .csv file with a " +
    "sample per row, groups the explanations of each class by where they lie, and names groups that hang on a small " +
    "region which decides by itself: put into samples of other classes, it makes the network call them by this " +
    "class. Texts are lines of a .txt file or a .jsonl file, which hold words, or token ids where there is no " +
    "--tokenizer.\n\n" +
    "  relprop audit model.onnx images/ --output audit.html\n" +
    "  relprop audit model.onnx texts.txt --tokenizer tokenizer.json",
  options: [group([
    { name: "output", value: "FILE", writes: true, help: "one page with members, heatmaps and maps, as .html" },
    forceOption,
    jsonOption,
    labelsOption,
    {
      name: "node", value: "NAME",
      help: "group by what this node's channels carry (concepts), instead of by where relevance lies",
    },
    { name: "seed", value: "N", help: "for what is drawn at random (1 by default)" },
    tokenizerOption,
    ...compositeOptions,
    ...pictureOptions,
    ...modelOptions,
  ])],
  async run(given, terminal) {
    const [path, folder, ...more] = given.positionals;
    if (path === undefined || folder === undefined || more.length > 0) {
      throw new UsageError("takes a MODEL and DATA; see relprop audit --help");
    }
    const output = given.text("output");
    if (output !== undefined && !output.endsWith(".html")) {
      throw new UsageError(`--output takes a .html file, got "${output}"`);
    }
    if (isTexts(folder)) return auditTextFile(path, folder, given, terminal);
    if (given.text("tokenizer") !== undefined) {
      throw new UsageError(`--tokenizer takes texts in a .txt or .jsonl file, got ${folder}`);
    }
    const seed = wholeNumber("seed", given.text("seed") ?? "1");
    const node = given.text("node");
    const labels = await readLabelsFile(given.text("labels"), terminal);
    const preprocessing = choosePreprocessing(given);
    const compose = await chooseComposite(given, terminal, preprocessing);
    const model = await readPrepared(path, terminal, chooseReading(given));
    const lrp = new LRP(model, compose(model).composite);
    const data = await openDataSet(folder, lrp.model, terminal, preprocessing);
    const layout = lrp.model.layout(lrp.model.inputs[0]!.name) ?? preprocessing?.layout;
    const progress = new Progress(terminal, data.size);
    const read = async (id: number): Promise<Tensor> => {
      const value = finite(data.name(id), await data.read(id));
      if (value instanceof Tensor) return value;
      throw new InputError(`${data.name(id)}: takes inputs of floats, got whole numbers`);
    };
    const found = await auditData(lrp, { size: data.size, read }, {
      seed, done: (count) => progress.step(count), ...(layout && { layout }), ...(node !== undefined && { node }),
    });
    progress.end();
    const title = `${path} on ${folder}`;
    if (output !== undefined) {
      const named = { size: data.size, read, name: data.name };
      await terminal.write(output, await htmlPage(await auditPage(found, lrp, named, { title, labels, layout })));
    }
    terminal.print(given.on("json") ? `${JSON.stringify(auditJson(found, data))}\n`
      : auditText(found, data, { labels, sentence: (cluster) => auditSentence(cluster, labels) }));
    if (output !== undefined && !given.on("json")) terminal.print(`wrote ${visible(output)}\n`);
  },
};
