/** Kinds of text files, by what they begin with and by the keys of their JSON. */
import type { FileKind } from "./file-kind.ts";

interface TextKind extends FileKind {
  /** Behind white space. */
  readonly begins: RegExp;
  /** Every one of these stands somewhere behind it. */
  readonly has?: readonly string[];
}

const NETWORK = "export the network it belongs to as ONNX";
const OTHER = "the model is another file";
const TOPOLOGY = "take the model.json that has a modelTopology";
const KERAS = "convert the model itself: keras.models.load_model(file).export(\"model.onnx\", format=\"onnx\")";

/** Kinds of texts, the more special before the more general. */
export const TEXTS: readonly TextKind[] = [
  { begins: /^version https:\/\/git-lfs/, what: "a Git LFS pointer, not the file it stands for",
    advice: "fetch the file itself: git lfs pull" },
  { begins: /^<(!doctype html|html|head|body)/i, what: "a page of HTML, of an error or a log-in perhaps",
    advice: "look at it in a browser, and take the address of the file itself (raw, resolve or download)" },
  { begins: /^<\?xml/, has: ["<Error>"], what: "an answer that says an error (XML)",
    advice: "read it, and mend the address" },
  { begins: /^<\?xml/, has: ["<net "], what: "a network of OpenVINO", advice: "take the .onnx file it was made from" },
  { begins: /^</, what: "a text in XML or HTML", advice: OTHER },
  { begins: /^\{/, has: ['"modelTopology"'], what: "the description of a TensorFlow.js model (model.json)",
    reader: "loadTfjs", advice: "loadTfjs reads it, with the shards of weights that it names" },
  { begins: /^\{/, has: ['"weightsManifest"'], what: "a list of TensorFlow.js weights", reader: "loadTfjs",
    advice: TOPOLOGY },
  { begins: /^\[/, has: ['"paths"', '"weights"'], what: "a list of TensorFlow.js weights", advice: TOPOLOGY },
  { begins: /^\{/, has: ['"fileFormatVersion"', '"itemInfoEntries"'], what: "the list of a CoreML package",
    advice: "export ONNX from where the network was trained" },
  { begins: /^\{/, has: ['"class_name"', '"config"'], what: "the description of a Keras model without its weights",
    advice: KERAS },
  { begins: /^\{/, has: ['"weight_map"'], what: "a list of safetensors files",
    advice: "read each of the files that it names by readSafetensors" },
  { begins: /^\{/, has: ['"architectures"'], what: "the settings of a Hugging Face model",
    advice: "export it: optimum-cli export onnx --model NAME folder" },
  { begins: /^\{/, has: ['"added_tokens"'], what: "a tokeniser (tokenizer.json)", advice: OTHER },
  { begins: /^\{/, has: ['"arg_nodes"'], what: "a network of MXNet", advice: NETWORK },
  { begins: /^\{/, has: ['"learner"'], what: "trees of XGBoost", advice: "convert them: onnxmltools.convert_xgboost" },
  { begins: /^[{[]/, what: "a text in JSON that describes no model", reader: "loadTfjs",
    advice: "read it: it may say an error" },
  { begins: /^tree\s/, has: ["num_class"], what: "trees of LightGBM",
    advice: "convert them: onnxmltools.convert_lightgbm" },
  { begins: /^7767517\s/, what: "a network of ncnn", advice: NETWORK },
  { begins: /^(https?:\/\/|data:)/, what: "an address", advice: "fetch it, and give what comes" },
];

/** As much of a text as is looked at. */
const HEAD = 2 ** 16;

/** What a text is; `undefined` for what begins with no text, or one that says nothing. */
export function textKind(file: Uint8Array | string): FileKind | undefined {
  const head = typeof file === "string" ? file.slice(0, HEAD) : beginning(file);
  const text = head?.trimStart();
  if (text === undefined) return undefined;
  return TEXTS.find(({ begins, has = [] }) => begins.test(text) && has.every((part) => text.includes(part)));
}

/** The beginning of a text, its bytes as characters; `undefined` where control characters show that it is none. */
function beginning(bytes: Uint8Array): string | undefined {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
  const head = bytes.subarray(start, start + HEAD);
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32))) return undefined;
  return Array.from(head, (byte) => String.fromCharCode(byte)).join("");
}
