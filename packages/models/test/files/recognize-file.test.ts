/** What people give instead of a model, by its first bytes. */
import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../../src/host.ts";
import {
  loadOnnx, loadTfjs, ModelFormatError, readSafetensors, recognizeFile, writeNpy, writeSafetensors,
} from "../../src/index.ts";
import { Tensor } from "@relprop/tensor";
import { float, node, onnx } from "../onnx/write-onnx.ts";

const bytes = (characters: string): Uint8Array => Uint8Array.from(characters, (character) => character.charCodeAt(0));
const two = (number: number): string => String.fromCharCode(number & 255, number >> 8);

/** A zip archive of empty files, its directory at the end. */
function zip(...names: readonly string[]): Uint8Array {
  let [files, directory] = ["", ""];
  for (const name of names) {
    directory += `PK\x01\x02${"\0".repeat(24)}${two(name.length)}${"\0".repeat(12)}${two(files.length)}\0\0${name}`;
    files += `PK\x03\x04${"\0".repeat(22)}${two(name.length)}\0\0${name}`;
  }
  const end = `PK\x05\x06${"\0".repeat(8)}${two(directory.length)}\0\0${two(files.length)}\0\0\0\0`;
  return bytes(files + directory + end);
}

describe("a file of another kind is named as what it is, with what leads to a model", () => {
  test.each<readonly [string, Uint8Array, string]>([
    ["a Git LFS pointer", bytes("version https://git-lfs.github.com/spec/v1\noid sha256:ab\n"), "git lfs pull"],
    ["a page of HTML", bytes("\n<!DOCTYPE html>\n<title>Not found</title>"), "the address of the file itself"],
    ["an answer that says an error (XML)", bytes("<?xml version='1.0'?><Error><Code>403</Code></Error>"), "address"],
    ["a network of OpenVINO", bytes("<?xml version='1.0'?><net name='x' version='11'>"), ".onnx file"],
    ["a text in JSON", bytes('{"error": "Entry not found"}'), "it may say an error"],
    ["an address", bytes("https://example.org/model.onnx\n"), "fetch it"],
    ["a picture (PNG)", bytes("\x89PNG\r\n\x1a\n\0\0"), "an input"],
    ["a picture (JPEG)", bytes("\xff\xd8\xff\xe0"), "an input"],
    ["a picture (WebP)", bytes("RIFF\x10\0\0\0WEBPVP8 "), "an input"],
    ["an HDF5 file", bytes("\x89HDF\r\n\x1a\n\0\0"), 'export("model.onnx", format="onnx")'],
    ["a Keras 3 archive", zip("metadata.json", "config.json", "model.weights.h5"), 'export("model.onnx"'],
    ["a TensorFlow Lite model", bytes("\x1c\0\0\0TFL3\x14\0"), "tf2onnx.convert --tflite"],
    ["a SavedModel of TensorFlow", bytes("\x08\x01\x12\x02\x0a\x00"), "tf2onnx.convert --saved-model"],
    ["a frozen graph of TensorFlow", bytes("\x0a\x10\x0a\x01x\x12\x0bPlaceholder"), "tf2onnx.convert --graphdef"],
    ["a PyTorch file", zip("model/data.pkl", "model/version", "model/data/0"), "torch.onnx.export"],
    ["a PyTorch file", bytes("\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80"), "torch.onnx.export"],
    ["a TorchScript archive", zip("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"), "torch.onnx.export"],
    ["a pickled Python object", bytes("\x80\x04\x95\0\0"), "skl2onnx"],
    ["a CoreML model", bytes("\x08\x04\x12\x02\x0a\x00\xa2\x1f\x00"), "where the network was trained"],
    ["a CoreML package", zip("m.mlpackage/Manifest.json", "m.mlpackage/Data/com.apple.CoreML/model.mlmodel"), "export"],
    ["the list of a CoreML package", bytes('{"fileFormatVersion": "1.0.0", "itemInfoEntries": {}}'), "export"],
    ["a network of Caffe", bytes("\x0a\x01x\xa2\x06\x00"), "ONNX"],
    ["a GGUF file", bytes("GGUF\x03\0\0\0"), "optimum-cli"],
    ["a model in ONNX Runtime's own format", bytes("\x18\0\0\0ORTM\0\0"), "the .onnx file"],
    ["arrays of NumPy (.npz)", zip("arr_0.npy"), "readNpy"],
    ["a zipped ONNX file", zip("net/model.onnx"), "unpack it"],
    ["a zip archive", zip("notes.txt"), "unpack it"],
    ["a file compressed by gzip", bytes("\x1f\x8b\x08\0"), "unpack it"],
    ["the settings of a Hugging Face model", bytes('{"architectures": ["ViT"]}'), "optimum-cli"],
    ["the description of a Keras model without its weights", bytes('{"class_name": "Model", "config": {}}'), "keras."],
    ["a list of safetensors files", bytes('{"metadata": {}, "weight_map": {}}'), "readSafetensors"],
    ["trees of LightGBM", bytes("tree\nversion=v3\nnum_class=1\n"), "onnxmltools"],
    ["an empty file", new Uint8Array(0), "again"],
  ])("%s", (what, file, advice) => {
    expect(() => loadOnnx(file)).toThrow(ModelFormatError);
    expect(() => loadOnnx(file)).toThrow(`loadOnnx: takes an ONNX file, got ${what}`);
    expect(() => loadOnnx(file)).toThrow(advice);
  });
});

test("readers name one another", () => {
  const model = '{"format": "graph-model", "modelTopology": {"node": []}}';
  expect(() => loadOnnx(encodeUtf8(model))).toThrow("(model.json): loadTfjs reads it");
  const weights = writeSafetensors([["a", { shape: [1], data: new Float32Array(1) }]]);
  expect(() => loadOnnx(weights)).toThrow("a safetensors file, weights without a network: readSafetensors reads it");
  expect(() => loadTfjs(weights, [])).toThrow("takes the model.json of a TensorFlow.js model, got a safetensors file");
  expect(() => loadTfjs("version https://git-lfs.github.com/spec/v1", [])).toThrow("git lfs pull");
  expect(() => loadOnnx(writeNpy({ shape: [1], data: new Float32Array(1) }))).toThrow("readNpy reads it");
  expect(() => readSafetensors(encodeUtf8(model))).toThrow("takes a safetensors file, got the description of a Tensor");
});

test("weights whose length looks like the beginning of another file are read", () => {
  const named = (length: number): Uint8Array =>
    writeSafetensors(new Map([["a".repeat(length), new Tensor([1], Float32Array.of(1))]]));
  const header = named(1)[0]! + 256 * named(1)[1]!;
  for (const first of [0x280, 0x480]) {
    const file = named(1 + first - header);
    expect(file[0]! + 256 * file[1]!).toBe(first);
    expect([...readSafetensors(file).tensors.keys()]).toHaveLength(1);
  }
});

test("what is read here is told by its reader, and an ONNX file, damaged or not, is no other kind", () => {
  expect(recognizeFile(encodeUtf8('{"weightsManifest": [], "modelTopology": {}}'))?.reader).toBe("loadTfjs");
  expect(recognizeFile(writeSafetensors([]))?.reader).toBe("readSafetensors");
  const file = onnx({
    nodes: [node("Add", ["x", "w"], "y")], constants: { w: float([1]) }, inputs: { x: ["N"] }, outputs: ["y"],
  });
  for (let end = 1; end <= file.length; end++) expect(recognizeFile(file.subarray(0, end))).toBeUndefined();
});
