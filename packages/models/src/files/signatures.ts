/** Kinds of files that begin with bytes of their own. */
import type { FileKind } from "./file-kind.ts";

interface Signature extends FileKind {
  /** Where the bytes stand, 0 unless given. */
  readonly at?: number;
  readonly bytes: string;
}

const PICTURE = "that is an input, the model is another file";
const UNPACK = "unpack it first";
const RUN_AGAIN = "take the .onnx file it was made from";
const PYTORCH = "export it in Python: torch.onnx.export(model, example, \"model.onnx\")";

/** Kinds by what they begin with, bytes as characters. */
export const SIGNATURES: readonly Signature[] = [
  { bytes: "\x89HDF\r\n\x1a\n", what: "an HDF5 file, as Keras saves models",
    advice: "convert it in Python: keras.models.load_model(file).export(\"model.onnx\", format=\"onnx\"), or " +
      "tensorflowjs_converter --input_format keras" },
  { bytes: "TFL3", at: 4, what: "a TensorFlow Lite model",
    advice: "convert it: python -m tf2onnx.convert --tflite FILE --output model.onnx" },
  { bytes: "ORTM", at: 4, what: "a model in ONNX Runtime's own format", advice: RUN_AGAIN },
  { bytes: "\x93NUMPY", what: "an array of NumPy (.npy)", advice: "readNpy reads it, but a model is another file",
    reader: "readNpy" },
  { bytes: "GGUF", what: "a GGUF file, weights of a language model",
    advice: "export the network that they belong to: optimum-cli export onnx --model NAME folder" },
  { bytes: "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", what: "a PyTorch file", advice: PYTORCH },
  ...["\x02", "\x03", "\x04", "\x05"].map((version): Signature => ({
    bytes: `\x80${version}`, what: "a pickled Python object",
    advice: `${PYTORCH} for networks of PyTorch, skl2onnx.to_onnx(model, example) for those of scikit-learn`,
  })),
  { bytes: "\x89PNG", what: "a picture (PNG)", advice: PICTURE },
  { bytes: "\xff\xd8\xff", what: "a picture (JPEG)", advice: PICTURE },
  { bytes: "GIF8", what: "a picture (GIF)", advice: PICTURE },
  { bytes: "WEBP", at: 8, what: "a picture (WebP)", advice: PICTURE },
  { bytes: "WAVE", at: 8, what: "a sound (WAV)", advice: PICTURE },
  { bytes: "%PDF", what: "a PDF document", advice: PICTURE },
  { bytes: "\x1f\x8b", what: "a file compressed by gzip", advice: UNPACK },
  { bytes: "\x28\xb5\x2f\xfd", what: "a file compressed by Zstandard", advice: UNPACK },
  { bytes: "\xfd7zXZ", what: "a file compressed by xz", advice: UNPACK },
  { bytes: "7z\xbc\xaf\x27\x1c", what: "a 7z archive", advice: UNPACK },
  { bytes: "ustar", at: 257, what: "a tar archive", advice: UNPACK },
  { bytes: "CBM1", what: "a CatBoost model", advice: "save it by save_model(\"model.onnx\", format=\"onnx\")" },
  { bytes: "\x00asm", what: "a WebAssembly module", advice: "the model is another file" },
];

/** What the first bytes say. */
export function binaryKind(bytes: Uint8Array): FileKind | undefined {
  // First, since it begins with a length, which may look like anything.
  if (isSafetensors(bytes)) return SAFETENSORS;
  return SIGNATURES.find(({ at = 0, bytes: signature }) => standsAt(bytes, at, signature));
}

const SAFETENSORS: FileKind = {
  what: "a safetensors file, weights without a network", reader: "readSafetensors",
  advice: "readSafetensors reads it, for vgg16 and the other architectures; for other networks export ONNX",
};

/** A length of eight bytes, then a JSON object. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[7] === 0 && bytes[6] === 0 && standsAt(bytes, 8, "{");
}

/** Whether these characters stand there, one a byte. */
export function standsAt(bytes: Uint8Array, at: number, characters: string): boolean {
  for (let i = 0; i < characters.length; i++) if (bytes[at + i] !== characters.charCodeAt(i)) return false;
  return true;
}
