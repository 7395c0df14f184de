/** Tokenisers for the command: files beside models, and a library that the user has. */
import { tokenizerOf, TOKENIZERS, type ReadTokenizer } from "../tokenizer-of.ts";
import { InputError, type Terminal } from "./terminal.ts";

/** Reads a `tokenizer.json`, and the `tokenizer_config.json` beside it; throws an `InputError` where that cannot be. */
export async function readTokenizer(path: string, terminal: Terminal): Promise<ReadTokenizer> {
  const loaded = await terminal.load(TOKENIZERS);
  const file = parsed(path, await terminal.readText(path));
  const [beside] = [terminal.readBeside(path, "tokenizer_config.json")].flat();
  const config = beside === undefined ? {} : parsed("tokenizer_config.json", new TextDecoder().decode(beside));
  let read: ReadTokenizer | undefined;
  try {
    read = tokenizerOf(loaded, file, config);
  } catch (error) {
    throw new InputError(`${path}: ${TOKENIZERS} cannot use it: ${(error as Error).message}`, { cause: error });
  }
  if (read !== undefined) return read;
  throw new InputError(
    `${path}: takes a library to read tokenisers, got none: run \`npm install ${TOKENIZERS}\` in this folder, ` +
      "or give token ids by --ids",
  );
}

function parsed(path: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: takes JSON, got ${(error as Error).message}`, { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(`${path}: takes an object of JSON, got ${Array.isArray(value) ? "a list" : typeof value}`);
}
