/** What kernels are told: the words of each kind of job. Addresses and strides are in bytes unless said. */
import { struct, type StructOf } from "../struct.ts";

const contractionWords = [
  "x", "out", "bias", "low", "high", "a", "groupA", "base", "position", "outPosition",
  "rows", "columns", "depth", "outStride", "biasPerColumn",
  "xStride", "groups", "batchX", "batchOut", "groupX", "groupOut", "groupBias",
  "rowBlocks", "rowsPerBlock", "columnBlocks", "columnsPerBlock", "depthPerBlock",
] as const;

/**
 * A product in tiles, in place or direct. Columns are found by tables, or side by side and `xStride` apart along k; the
 * first seven words change from call to call.
 */
export const contraction: StructOf<typeof contractionWords> = struct(...contractionWords);

/** One of the words of a product. */
export type Word = (typeof contractionWords)[number];

const fewRowsWords = [
  "a", "b", "bias", "out", "m", "n", "k", "outStep", "perBlock", "depthPerBlock", "low", "high",
] as const;

/** A matrix times a few vectors; counts in elements, `outStep` between vectors of results in bytes. */
export const fewRows: StructOf<typeof fewRowsWords> = struct(...fewRowsWords);

const elementwiseWords = ["a", "b", "out", "count", "perBlock", "scale", "epsilon"] as const;

/** An elementwise chain: the number of elements, elements per block, a factor, a threshold. */
export const elementwiseJob: StructOf<typeof elementwiseWords> = struct(...elementwiseWords);

const paddingWords = [
  "x", "out", "before", "planes", "depth", "height", "width", "afterRow", "afterSlice", "afterPlane", "marks",
  "planesPerBlock", "planeFrom", "planeTo", "marksPerBlock",
] as const;

/** Planes to be copied into larger ones; `planes`, `depth`, `height` and `planesPerBlock` are counts. */
export const padding: StructOf<typeof paddingWords> = struct(...paddingWords);

const poolingWords = [
  "x", "out", "winners", "divisor", "planes", "plane",
  "slices", "rows", "columns", "sliceTable", "rowTable", "columnTable", "sliceStep", "rowStep", "columnStep",
] as const;

/** Windows of planes; the tables hold an `axisPlace` per output position of an axis. */
export const pooling: StructOf<typeof poolingWords> = struct(...poolingWords);

const axisPlaceWords = ["first", "count", "run"] as const;

/** Per output position of an axis: the first tap inside, how many are, and how far apart four alike are. */
export const axisPlace: StructOf<typeof axisPlaceWords> = struct(...axisPlaceWords);

const scatteringWords = ["index", "s", "out", "count", "size"] as const;

/** Adding where indices say; how many elements a plane of `s` and of `out` has. */
export const scattering: StructOf<typeof scatteringWords> = struct(...scatteringWords);

const depthwiseWords = [
  "x", "out", "bias", "weight", "low", "high", "planes", "planesPerBlock", "channels", "planeFrom", "planeTo",
  "weightSize", "height", "width", "laidOut", "rowSize", "phases", "phaseSize", "firstRow", "firstPhase",
  "passes", "passCount",
] as const;

/** Convolutions of one channel at a time; `width` is a count, `laidOut` is 0 where planes are read in place. */
export const depthwise: StructOf<typeof depthwiseWords> = struct(...depthwiseWords);

const depthwisePassWords = ["taps", "tapsEnd", "rows", "columns", "first", "rowFrom", "rowTo", "columnTo"] as const;

/** Outputs that add up the same taps: how many there are, where the first one goes, and how far the next ones are. */
export const depthwisePass: StructOf<typeof depthwisePassWords> = struct(...depthwisePassWords);

const depthwiseTapWords = ["x", "weight"] as const;

/** A tap: where it reads, counted from the first tap of its output, and where its weight is. */
export const depthwiseTap: StructOf<typeof depthwiseTapWords> = struct(...depthwiseTapWords);

const axisWords = ["a", "b", "out", "extent", "inner", "divisor", "units", "perTask"] as const;

/** A sum or a maximum along an axis, in counts; a unit is a row, or up to `columnsAtOnce` columns side by side. */
export const axisJob: StructOf<typeof axisWords> = struct(...axisWords);

/** Columns of a unit. */
export const columnsAtOnce = 256;

const rowsWords = [
  "x", "s", "out", "size", "units", "perTask", "centers", "outside", "epsilonLow", "epsilonHigh",
] as const;

/** Rows to be standardised; ε is a double. */
export const rowsJob: StructOf<typeof rowsWords> = struct(...rowsWords);

const scaledRowsWords = [
  "x", "out", "scale", "shift", "size", "channels", "units", "perTask", "low", "high",
] as const;

/** Rows that are scaled and shifted; row r has the numbers of channel r mod `channels`. */
export const scaledRows: StructOf<typeof scaledRowsWords> = struct(...scaledRowsWords);

const tapWords = [
  "x", "out", "starts", "positions", "weights", "extent", "inner", "outputs", "units", "perTask",
] as const;

/** Weighted sums along an axis, in counts; a unit is all that lies behind one output position. */
export const tapJob: StructOf<typeof tapWords> = struct(...tapWords);

const programWords = [
  "count", "steps", "stepCount", "spreads", "spreadCount", "extents", "rank", "counters", "tail",
] as const;

/** A program: elements in all; `counters` and `tail` are behind the start of scratch memory. */
export const programJob: StructOf<typeof programWords> = struct(...programWords);

const placeWords = ["at", "perBlock", "inScratch", "step"] as const;

/** Where an operand lies: address, bytes from block to block, 1 if in scratch memory, 16 or 0 for one number. */
export const place: StructOf<typeof placeWords> = struct(...placeWords);

const spreadWords = ["from", "steps", "to"] as const;

/** An operand to be written out element by element: address, list of steps per axis, where to in scratch memory. */
export const spreading: StructOf<typeof spreadWords> = struct(...spreadWords);

/** Words of a step: the operation, then the places of three operands and of the result. */
export const stepLength: number = 1 + 4 * place.length;

/** Elements that run through all steps at once: few enough for a cache. */
export const perBlock = 2048;

/** Blocks of a task. */
export const blocksPerTask = 4;

/** Bytes between the places in scratch memory: vectors may be written across the end of a block. */
export const registerSize: number = 4 * perBlock + 64;
