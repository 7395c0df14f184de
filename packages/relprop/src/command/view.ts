/** `relprop view`: the studio in a browser of this machine. */
import { externalFiles, ModelFormatError } from "@relprop/models";
import { didYouMean } from "../did-you-mean.ts";
import { fitNames } from "../fit-picture.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { group } from "./option.ts";
import { labelsOption, readLabelsFile } from "./options/labels.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { answerFor, type Shelf } from "./view-answer.ts";

/** A file that the page fetches: what it is called, and where it stands. */
interface Offered {
  readonly name: string;
  readonly path: string;
}

/** `relprop view [MODEL [INPUT]]` */
export const view: Subcommand = {
  summary: "the studio: a model and an input in the browser, heatmaps, and relevance in the network",
  usage: "[MODEL [INPUT]] [options]",
  about: "Serves a page on 127.0.0.1 and prints its address, in which everything is computed: heatmaps by several " +
    "composites, the network as a graph with relevance running through it, the rule, the balance and the concepts of " +
    "each node. MODEL and INPUT are opened in it; others can be dropped onto it. Ends with Ctrl-C.\n\n" +
    "The address holds a token: who does not know it gets nothing, and nobody beyond this machine is answered.\n\n" +
    "  relprop view model.onnx photo.png --preprocess imagenet --labels labels.txt",
  options: [group([
    { name: "port", value: "N", help: "listen there; a free port unless given" },
    { name: "preprocess", value: "NAME", help: `how pictures are made to fit: ${fitNames.join(", ")}` },
    labelsOption,
  ])],
  async run(given, terminal) {
    const [model, input, ...others] = given.positionals;
    if (others.length > 0) throw new UsageError(`takes a MODEL and an INPUT, got "${others[0]!}" as well`);
    const shelf = new Map(await terminal.page());
    const offer = (name: string, read: () => Promise<Uint8Array | string>): Offered => {
      const path = `given/${shelf.size}`;
      shelf.set(`studio/${path}`, read);
      return { name: name.replace(/^.*[\\/]/, ""), path };
    };
    const said = await offered(model, input, given, terminal, offer);
    shelf.set("studio/given.json", async () => JSON.stringify(said));
    await served(shelf, given.text("port"), model !== undefined, terminal);
  },
};

async function offered(
  model: string | undefined, input: string | undefined, given: Given, terminal: Terminal,
  offer: (name: string, read: () => Promise<Uint8Array | string>) => Offered,
): Promise<object> {
  const fit = given.text("preprocess");
  if (fit !== undefined && !fitNames.includes(fit)) {
    throw new UsageError(`--preprocess takes ${fitNames.join(", ")}, got "${fit}"${didYouMean(fit, fitNames)}`);
  }
  const labels = await readLabelsFile(given.text("labels"), terminal);
  return {
    ...(model !== undefined && { model: await modelFiles(model, terminal, offer) }),
    ...(input !== undefined && { input: await inputFile(input, terminal, offer) }),
    ...(labels !== undefined && { labels: { name: given.text("labels"), labels } }),
    ...(fit !== undefined && { fit }),
  };
}

async function inputFile(
  path: string, terminal: Terminal, offer: (name: string, read: () => Promise<Uint8Array>) => Offered,
): Promise<Offered> {
  await terminal.read(path);
  return offer(path, () => terminal.read(path));
}

/** The model's own file, and those that hold its weights. */
async function modelFiles(
  path: string, terminal: Terminal, offer: (name: string, read: () => Promise<Uint8Array>) => Offered,
): Promise<readonly Offered[]> {
  const bytes = await terminal.read(path);
  try {
    const beside = externalFiles(bytes).map((name) => {
      if (terminal.readBeside(path, name) === undefined) {
        throw new InputError(`${path}: takes ${name} beside it, got no such file`);
      }
      return offer(name, async () => joined([terminal.readBeside(path, name)!].flat()));
    });
    return [offer(path, () => terminal.read(path)), ...beside, ...tokenizerFiles(path, terminal, offer)];
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
    throw new InputError(`${path} is no model that can be read: ${error.message}`, { cause: error });
  }
}

/** What a model of texts has beside it, so that words can be typed. */
function tokenizerFiles(
  path: string, terminal: Terminal, offer: (name: string, read: () => Promise<Uint8Array>) => Offered,
): readonly Offered[] {
  const [main, ...others] = ["tokenizer.json", "tokenizer_config.json"]
    .filter((name) => terminal.readBeside(path, name) !== undefined);
  if (main !== "tokenizer.json") return [];
  return [main, ...others].map((name) => offer(name, async () => joined([terminal.readBeside(path, name)!].flat())));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return all;
}

async function served(shelf: Shelf, port: string | undefined, isGiven: boolean, terminal: Terminal): Promise<void> {
  const token = terminal.token();
  const asked = port === undefined ? 0 : wholeNumber("port", port);
  const serving = await terminal.serve(asked, (request, listening) =>
    answerFor(request, shelf, { token, port: listening }));
  const query = isGiven ? "?given" : "";
  terminal.print(`open http://127.0.0.1:${serving.port}/${token}/studio/index.html${query}\n`);
  if (terminal.watched) terminal.complain("nobody beyond this machine is answered; Ctrl-C ends it\n");
  await serving.ended;
}
