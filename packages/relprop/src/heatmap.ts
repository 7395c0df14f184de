/** All of `@relprop/heatmap`. Written by scripts/subpaths.js. */
export {
  Drawing, Heatmap, ImageFormatError, WordMap, alongLastAxis, ansi, ansiBars, ansiSignal, blank, colorMap,
  colorMapNames, decodeImage, decodePng, decodePpm, encodePng, encodePpm, featureBars, features, formatNumber, heatmap,
  heatmapPixels, htmlPage, imageToTensor, joinTokens, legend, lineChart, overlay, paste, readJpegHeader, relevanceForm,
  resize, samplesOf, scatter, shareBar, sheet, signalPlot, tensorToImage, wordDrawing, wordMap, type AnsiBarOptions,
  type AnsiOptions, type Box, type Color, type ColorDepth, type ColorMap, type ColorMapName, type ColorStop,
  type Colorize, type DecodeImageOptions, type DecodeOptions, type Drawn, type DrawnShape, type FeatureBarOptions,
  type FeatureOptions, type ForeignFormat, type HeatmapOptions, type HeatmapPixelsOptions, type HtmlOptions, type Image,
  type ImageFormat, type ImageToTensorOptions, type Inset, type JoinOptions, type JoinedWord, type JpegHeader,
  type Label, type LegendOptions, type LineChart, type LineChartOptions, type LineSeries, type Normalization,
  type Overlay, type Page, type PageBar, type PageBlock, type PageFigure, type PageSection, type Paint, type Path,
  type Picture, type Pixels, type PlaneOptions, type Range, type Reduction, type RelevanceForm, type Relevant,
  type RelevantFeature, type RelevantToken, type RelevantWord, type Rgb, type ScatterPoint, type SharePart,
  type SheetCell, type SheetOptions, type SheetRow, type SignalPlotOptions, type Subwords, type TensorToImageOptions,
  type WordMapJson, type WordMapOptions, type WordSvgOptions,
} from "@relprop/heatmap";
