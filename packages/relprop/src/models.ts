/** All of `@relprop/models`. Written by scripts/subpaths.js. */
export {
  ModelFormatError, StoredTensor, controlOperators, convolutionalOperators, externalFiles, generalOperators, imagenet,
  leNet5, loadModel, loadOnnx, loadTfjs, mobileNetV2, onnxReader, preprocess, preprocessings, quantizedOperators,
  readLabels, readNpy, readSafetensors, recognizeFile, recurrentOperators, resNet101, resNet152, resNet18, resNet34,
  resNet50, samplingOperators, tabularOperators, textColumn, transformerOperators, vgg11, vgg11Bn, vgg13, vgg13Bn,
  vgg16, vgg16Bn, vgg19, vgg19Bn, writeNpy, writeSafetensors, type Binding, type ByteSource, type ByteSupplier,
  type DType, type External, type FileKind, type FileParts, type FileSource, type LeNet5Options, type LoadModelOptions,
  type LoadOnnxOptions, type LoadTfjsOptions, type NamedWeights, type Numbers, type OnnxNode, type OnnxOperator,
  type OnnxReader, type OperatorGroup, type PreprocessOptions, type ReadLimits, type Reader, type Safetensors,
  type ShapedNumbers,
} from "@relprop/models";
