/** All of `@relprop/heatmap`. Written by scripts/subpaths.js. */
export {
  Heatmap, ImageFormatError, WordMap, alongLastAxis, ansi, ansiBars, ansiSignal, blank, colorMap, colorMapNames,
  decodeImage, decodePng, decodePpm, drawText, encodePng, encodePpm, escapeHtml, features, flatten, heatmap,
  imageToTensor, inColor, joinTokens, legend, legendLabels, lineChart, oriented, overlay, paste, readJpegHeader,
  relevanceForm, reportPage, resize, rgb, samplesOf, scatter, sheet, strongestFeatures, tensorToImage, textWidth,
  wordMap, type AnsiBarOptions, type AnsiOptions, type Color, type ColorDepth, type ColorMap, type ColorMapName,
  type ColorStop, type Colorize, type DecodeImageOptions, type DecodeOptions, type FeatureOptions, type HeatmapOptions,
  type HtmlOptions, type Image, type ImageFormat, type ImageToTensorOptions, type JoinOptions, type JoinedWord,
  type JpegHeader, type LegendLabels, type LegendOptions, type LineChart, type LineChartOptions, type LineSeries,
  type Normalization, type Overlay, type Picture, type Pixels, type PlaneOptions, type Range, type Reduction,
  type RelevanceForm, type Relevant, type RelevantFeature, type RelevantToken, type RelevantWord, type ReportHead,
  type ReportPicture, type ReportSection, type Rgb, type ScatterPoint, type SheetCell, type SheetOptions, type SheetRow,
  type Subwords, type TensorToImageOptions, type WordMapJson, type WordMapOptions, type WordSvgOptions,
} from "@relprop/heatmap";
