/** What Winograd's steps are told: the words of a job, of a group of four tiles, and of a tile. */
import { i32, type Code, type Operand } from "../instructions.ts";
import { struct, type StructOf } from "../struct.ts";
import { reader } from "./reader.ts";

const jobWords = [
  "x", "energies", "out", "bias", "weight", "rowStep", "channelStep", "taps", "tapStep", "limits",
  "groups", "panels", "panelsPerBlock",
  "rows", "rowsPerBlock", "rowBlocks", "channels", "plane", "line", "outStride", "outLine",
  "weightStep", "inputStep", "productStep", "low", "high",
  "prepared", "preparedStep", "channelsPerBlock", "channelBlocks",
] as const;

/** A job; addresses and strides in bytes. Taps lie `tapStep` apart, which is less than 0 where they are turned. */
export const winogradJob: StructOf<typeof jobWords> = struct(...jobWords);

const tileWords = ["x", "energies", "out", "columns", "rows"] as const;

/** A tile: where it and its energies are read, where it is written, and how many of its outputs lie inside. */
export const tileRecord: StructOf<typeof tileWords> = struct(...tileWords);

/** Where a group says which outputs of each tile lie inside: a bit each, the first output's the highest. */
export const insideOffset = 4;

const tilesOffset = insideOffset + 16;

/** Bytes of a group: whether all its tiles lie inside, which outputs do, and its tiles. */
export const groupSize: number = tilesOffset + 4 * tileRecord.size;

/** Reads a word of a job. */
export const wordOf = (job: Operand): (name: (typeof winogradJob.names)[number]) => Code<"i32"> =>
  reader(winogradJob, job);

/** Reads a word of a tile of a group. */
export const tileWordOf = (group: Operand) => (tile: number, name: (typeof tileRecord.names)[number]): Code<"i32"> =>
  reader(tileRecord, group, tilesOffset + tile * tileRecord.size)(name);

/** Channels that are summed on their own: long sums of positive terms in single precision lose digits. */
export const depthPerBlock = 128;

/** Rows whose weights are transformed at once: enough to use each column often, few enough to stay in the cache. */
export const rowsAtOnce = 32;

/** The number of panels that hold these rows. */
export const panelsOf = (rows: Operand): Code<"i32"> => i32.shr_u(i32.add(rows, 3), 2);
