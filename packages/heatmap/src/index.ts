export { ansi, type AnsiOptions } from "./ansi.ts";
export { ansiBars, type AnsiBarOptions } from "./ansi-bars.ts";
export type { ColorDepth } from "./ansi-color.ts";
export { ansiSignal } from "./ansi-signal.ts";
export {
  colorMap,
  colorMapNames,
  type Colorize,
  type ColorMap,
  type ColorMapName,
  type ColorStop,
} from "./color-map.ts";
export { decodeImage, type DecodeImageOptions } from "./decode-image.ts";
export { Drawing } from "./drawing.ts";
export { features, type FeatureOptions, type RelevantFeature } from "./feature.ts";
export { featureBars, type FeatureBarOptions } from "./feature-bars.ts";
export type { ForeignFormat } from "./foreign-extent.ts";
export { ImageFormatError, type DecodeOptions, type ImageFormat } from "./format-error.ts";
export type { HeatmapOptions } from "./heatmap-options.ts";
export { Heatmap, heatmap, type Relevant } from "./heatmap.ts";
export type { HtmlOptions } from "./html.ts";
export { htmlPage, type Page, type PageBar, type PageBlock, type PageFigure, type PageSection } from "./html-page.ts";
export { imageToTensor, tensorToImage, type ImageToTensorOptions, type TensorToImageOptions } from "./image-tensor.ts";
export { blank, paste, type Color, type Image, type Pixels, type Rgb } from "./image.ts";
export { readJpegHeader, type JpegHeader } from "./jpeg-header.ts";
export { joinTokens, type JoinedWord, type JoinOptions } from "./join-tokens.ts";
export { formatNumber, legend, type LegendOptions } from "./legend.ts";
export { lineChart, type LineChart, type LineChartOptions, type LineSeries } from "./line-chart.ts";
export type { Normalization, Range } from "./normalize.ts";
export { overlay, type Overlay } from "./overlay.ts";
export { decodePng } from "./png-decode.ts";
export { encodePng } from "./png-encode.ts";
export { decodePpm, encodePpm } from "./ppm.ts";
export type { PlaneOptions, Reduction } from "./reduce.ts";
export type { RelevantWord } from "./relevant-word.ts";
export { alongLastAxis, relevanceForm, samplesOf, type RelevanceForm } from "./relevance-form.ts";
export { resize } from "./resize.ts";
export { scatter, type ScatterPoint } from "./scatter.ts";
export type { Box, Drawn, DrawnShape, Inset, Label, Paint, Path } from "./shape.ts";
export { shareBar, type SharePart } from "./share-bar.ts";
export type { Picture, SheetCell, SheetOptions, SheetRow } from "./sheet-layout.ts";
export { sheet } from "./sheet.ts";
export type { Subwords } from "./subword.ts";
export { signalPlot, type SignalPlotOptions } from "./signal-plot.ts";
export {
  WordMap,
  wordMap,
  type RelevantToken,
  type WordMapJson,
  type WordMapOptions,
} from "./word-map.ts";
export type { WordSvgOptions } from "./word-svg.ts";
