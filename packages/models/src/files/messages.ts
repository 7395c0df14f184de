/** Kinds of protocol buffers other than ONNX files, by the fields they have. */
import { ModelFormatError } from "../model-format-error.ts";
import { MessageReader } from "../onnx/protobuf.ts";
import type { FileKind } from "./file-kind.ts";
import { standsAt } from "./signatures.ts";

const COREML: FileKind = { what: "a CoreML model", advice: "export ONNX from where the network was trained" };
const SAVED: FileKind = {
  what: "a SavedModel of TensorFlow (saved_model.pb)",
  advice: "convert its folder: python -m tf2onnx.convert --saved-model folder --output model.onnx",
};
const FROZEN: FileKind = {
  what: "a frozen graph of TensorFlow (.pb)",
  advice: "convert it: python -m tf2onnx.convert --graphdef FILE --inputs X:0 --outputs Y:0 --output model.onnx",
};
const CAFFE: FileKind = { what: "a network of Caffe (.caffemodel)", advice: "export the network as ONNX" };

/** Kinds of messages. */
export const MESSAGES: readonly FileKind[] = [COREML, SAVED, FROZEN, CAFFE];

/** More fields than any of these has before what tells it. */
const MOST = 4096;

/** What a message is that has no graph where ONNX files have one; `undefined` where it may be one, or is damaged. */
export function messageKind(bytes: Uint8Array): FileKind | undefined {
  const found = new Set<number>();
  const reader = new MessageReader(bytes);
  const [tag] = bytes;
  try {
    for (let count = 0, field = reader.next(); field !== 0 && count < MOST; count++, field = reader.next()) {
      if (field === 7) return undefined;
      found.add(field);
    }
  } catch (error) {
    if (error instanceof ModelFormatError) return undefined;
    throw error;
  }
  // Type 1 of the schema, then graphs; a node with a name; networks behind their description.
  if (found.size === 2 && standsAt(bytes, 0, "\x08\x01\x12")) return SAVED;
  if (tag === 0x0a && [...found].every((field) => field <= 4) && hasOperator(bytes)) return FROZEN;
  if (found.has(1) && [...found].some((field) => field >= 200 && field < 5000)) return COREML;
  return found.has(100) ? CAFFE : undefined;
}

/** Whether the first message has a name and an operator, as nodes of TensorFlow do. */
function hasOperator(bytes: Uint8Array): boolean {
  const reader = new MessageReader(bytes);
  reader.next();
  const node = reader.message();
  try {
    return node.next() === 1 && node.next() === 2 && /^[A-Z_]\w+$/.test(node.text());
  } catch {
    return false;
  }
}
