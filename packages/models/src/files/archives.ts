/** Kinds of zip archives, by the names of the files in them. */
import type { FileKind } from "./file-kind.ts";
import { standsAt } from "./signatures.ts";

interface ArchiveKind extends FileKind {
  readonly names: RegExp;
}

/** Kinds of archives, the more special before the more general. */
export const ARCHIVES: readonly ArchiveKind[] = [
  { names: /(^|\n)(model\.weights\.h5|config\.json\nmetadata\.json|metadata\.json\nconfig\.json)/,
    what: "a Keras 3 archive (.keras)",
    advice: "export it in Python: keras.models.load_model(file).export(\"model.onnx\", format=\"onnx\")" },
  { names: /\/code\/|constants\.pkl/, what: "a TorchScript archive",
    advice: "export the network in Python: torch.onnx.export(model, example, \"model.onnx\")" },
  { names: /data\.pkl/, what: "a PyTorch file",
    advice: "export the network in Python: torch.onnx.export(model, example, \"model.onnx\"); weights alone, for an " +
      "architecture that is here, by safetensors.torch.save_file(state_dict, \"model.safetensors\")" },
  { names: /\.mlmodel|\.mlpackage|com\.apple\.CoreML/, what: "a CoreML package",
    advice: "export ONNX from where the network was trained" },
  { names: /\.npy(\n|$)/, what: "arrays of NumPy (.npz)", advice: "unpack it; readNpy reads the .npy files in it" },
  { names: /saved_model\.pb/, what: "a zipped SavedModel of TensorFlow",
    advice: "unpack it, then python -m tf2onnx.convert --saved-model folder --output model.onnx" },
  { names: /model\.json/, what: "a zipped TensorFlow.js model", advice: "unpack it and give model.json" },
  { names: /\.onnx/, what: "a zipped ONNX file", advice: "unpack it first" },
];

/** What a zip archive holds; `undefined` for anything else. */
export function archiveKind(bytes: Uint8Array): FileKind | undefined {
  if (!standsAt(bytes, 0, "PK\x03\x04") && !standsAt(bytes, 0, "PK\x05\x06")) return undefined;
  const names = namesIn(bytes).join("\n");
  return ARCHIVES.find((kind) => kind.names.test(names)) ?? { what: "a zip archive", advice: "unpack it first" };
}

/** No archive of a model needs more names to be told. */
const MOST_NAMES = 64;
const LONGEST = 512;

/** The names in the directory at the archive's end, or of the file at its beginning where that is missing. */
function namesIn(bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const names: string[] = [];
  if (bytes.length >= 30) names.push(text(bytes, 30, view.getUint16(26, true)));
  let at = directory(bytes, view);
  while (names.length < MOST_NAMES && at + 46 <= bytes.length && standsAt(bytes, at, "PK\x01\x02")) {
    const length = view.getUint16(at + 28, true);
    names.push(text(bytes, at + 46, length));
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

/** Where the directory begins, as the archive's last bytes say. */
function directory(bytes: Uint8Array, view: DataView): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 2 ** 16); at--) {
    if (standsAt(bytes, at, "PK\x05\x06")) return view.getUint32(at + 16, true);
  }
  return bytes.length;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const end = at + Math.min(length, LONGEST);
  return Array.from(bytes.subarray(at, end), (byte) => String.fromCharCode(byte)).join("");
}
