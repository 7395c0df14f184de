/** All of `@relprop/models`. Written by scripts/subpaths.js. */
export {
  ModelFormatError, StoredTensor, byteSize, bytesOf, externalFiles, imagenet, leNet5, loadModel, loadOnnx, loadTfjs,
  mobileNetV2, preprocess, preprocessings, readLabels, readNpy, readSafetensors, recognizeFile, resnet101, resnet152,
  resnet18, resnet34, resnet50, vgg11, vgg11Bn, vgg13, vgg13Bn, vgg16, vgg16Bn, vgg19, vgg19Bn, writeNpy,
  writeSafetensors, type Binding, type ByteSource, type ByteSupplier, type DType, type External, type FileKind,
  type FileParts, type FileSource, type LeNet5Options, type LoadModelOptions, type LoadOnnxOptions,
  type LoadTfjsOptions, type Numbers, type OnnxNode, type OnnxOperator, type PreprocessOptions, type ReadLimits,
  type Reader, type Safetensors, type ShapedNumbers, type Weights,
} from "@relprop/models";
