export { ansi, type AnsiOptions } from "./terminal/ansi.ts";
export { ansiBars, type AnsiBarOptions } from "./charts/ansi-bars.ts";
export type { ColorDepth } from "./terminal/ansi-color.ts";
export { ansiSignal } from "./charts/ansi-signal.ts";
export {
  colorMap,
  colorMapNames,
  type Colorize,
  type ColorMap,
  type ColorMapName,
  type ColorStop,
} from "./picture/color-map.ts";
export { decodeImage, type DecodeImageOptions } from "./files/decode-image.ts";
export { Drawing } from "./drawing/drawing.ts";
export { features, type FeatureOptions, type RelevantFeature } from "./charts/feature.ts";
export { featureBars, type FeatureBarOptions } from "./charts/feature-bars.ts";
export type { ForeignFormat } from "./files/foreign-extent.ts";
export { ImageFormatError, type DecodeOptions, type ImageFormat } from "./files/format-error.ts";
export type { HeatmapOptions } from "./heatmap-options.ts";
export { Heatmap, heatmap } from "./heatmap.ts";
export { heatmapPixels, type HeatmapPixelsOptions } from "./heatmap-pixels.ts";
export type { HtmlOptions } from "./drawing/html.ts";
export {
  htmlPage, type Page, type PageBar, type PageBlock, type PageFigure, type PageSection,
} from "./pages/html-page.ts";
export {
  imageToTensor, tensorToImage, type ImageToTensorOptions, type TensorToImageOptions,
} from "./image/image-tensor.ts";
export { blank, paste, type Color, type Image, type Pixels, type Rgb } from "./image/image.ts";
export { readJpegHeader, type JpegHeader } from "./files/jpeg-header.ts";
export { joinTokens, type JoinedWord, type JoinOptions } from "./words/join-tokens.ts";
export { formatNumber, legend, type LegendOptions } from "./picture/legend.ts";
export { lineChart, type LineChart, type LineChartOptions, type LineSeries } from "./charts/line-chart.ts";
export type { Normalization, Range } from "./picture/normalize.ts";
export { overlay, type Overlay } from "./picture/overlay.ts";
export { decodePng } from "./files/png-decode.ts";
export { encodePng } from "./files/png-encode.ts";
export { decodePpm, encodePpm } from "./files/ppm.ts";
export type { PlaneOptions, Reduction } from "./picture/reduce.ts";
export type { RelevantWord } from "./words/relevant-word.ts";
export { alongLastAxis, relevanceForm, samplesOf, type RelevanceForm } from "./relevance-form.ts";
export { resize } from "./image/resize.ts";
export { scatter, type ScatterPoint } from "./charts/scatter.ts";
export type { Box, Drawn, DrawnShape, Inset, Label, Paint, Path } from "./drawing/shape.ts";
export { shareBar, type SharePart } from "./charts/share-bar.ts";
export type { Picture, SheetCell, SheetOptions, SheetRow } from "./picture/sheet-layout.ts";
export { sheet } from "./picture/sheet.ts";
export type { Subwords } from "./words/subword.ts";
export { signalPlot, type SignalPlotOptions } from "./charts/signal-plot.ts";
export { wordDrawing } from "./words/word-drawing.ts";
export {
  WordMap,
  wordMap,
  type RelevantToken,
  type WordMapJson,
  type WordMapOptions,
} from "./words/word-map.ts";
export type { WordSvgOptions } from "./words/word-svg.ts";
export type { Relevant } from "./relevant.ts";
