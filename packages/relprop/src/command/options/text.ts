/** What `relprop explain` may be told of a text. */
import type { Option } from "../option.ts";

/** How the words of a file of texts become ids. */
export const tokenizerOption: Option = {
  name: "tokenizer", value: "FILE", help: "of texts: the tokenizer.json of the model, read by @huggingface/tokenizers",
};

/** The options of texts and token ids. */
export const textOptions: readonly Option[] = [
  { name: "text", value: "TEXT", help: "the text, for which @huggingface/tokenizers must be installed" },
  { name: "tokenizer", value: "FILE", help: "the tokenizer.json of the model" },
  { name: "ids", value: "N,N,...", help: "token ids, instead of a text" },
  {
    name: "position",
    value: "N",
    help: "the token whose outputs are explained, where each has its own; the last by default",
  },
];
