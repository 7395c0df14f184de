/** Concept statistics as bytes: versioned, canonical (equal statistics have equal bytes), and read without trust. */
import { ChannelStatistics } from "./channel-statistics.ts";
import { ConceptStatistics } from "./concept-statistics.ts";
import { compareReferences, type Reference } from "./references.ts";
import { SampleSet } from "./sample-set.ts";

const FORMAT = "relprop concept statistics";
const VERSION = 1;

/** The most channels of a node that nothing was seen of, and the last position there is within any tensor. */
const [MOST_UNSEEN, LAST] = [2 ** 16, 2 ** 32 - 1];

/** Thrown for bytes that hold no statistics; the message says what is wrong. */
export class StatisticsFormatError extends RangeError {
  override readonly name = "StatisticsFormatError";
}

/** The statistics as ASCII JSON with sorted keys. */
export function statisticsToBytes({ settings, samples, tables }: ConceptStatistics): Uint8Array<ArrayBuffer> {
  const sorted = <T>(entries: Iterable<readonly [string, T]>): readonly (readonly [string, T])[] =>
    [...entries].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const text = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    top: settings.top,
    nodes: sorted(Object.entries(settings.nodes)),
    about: sorted(Object.entries(settings.about ?? {})),
    samples: samples.ranges,
    tables: sorted(tables).map(([key, channels]) => [key, channels.map(channelToJson)]),
  });
  const ascii = text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const bytes = new Uint8Array(ascii.length); // a loop, as a call for each character took six times as long
  for (let i = 0; i < bytes.length; i++) bytes[i] = ascii.charCodeAt(i);
  return bytes;
}

function channelToJson({ count, units, references }: ChannelStatistics): unknown {
  return [count, units.toString(), references.map(({ value, sample, position }) => [value, sample, position])];
}

/** The statistics that bytes hold; throws a `StatisticsFormatError` for anything else. */
export function statisticsFromBytes(bytes: Uint8Array): ConceptStatistics {
  const parts = fields(parse(bytes), "the file");
  if (parts["format"] !== FORMAT) {
    throw new StatisticsFormatError(`statistics: takes a file of "${FORMAT}", got another`);
  }
  if (parts["version"] !== VERSION) {
    throw new StatisticsFormatError(`statistics: takes version ${VERSION}, got ${shown(parts["version"])}`);
  }
  const nodes = list(parts["nodes"], "nodes").map((entry): [string, number] => {
    const [name, channels] = list(entry, "a node");
    return [text(name, "the name of a node"), whole(channels, "its channels")];
  });
  const about = list(parts["about"], "what they are about").map((entry): [string, string] => {
    const [name, what] = list(entry, "what they are about");
    return [text(name, "what they are about"), text(what, "what they are about")];
  });
  const ranges = list(parts["samples"], "samples").map((entry): [number, number] => {
    const [first, last] = list(entry, "a range of samples");
    return [whole(first, "a sample"), whole(last, "a sample")];
  });
  const channelsOf = new Map(nodes);
  if (channelsOf.size < nodes.length) {
    throw new StatisticsFormatError("statistics: takes each node once, got one twice");
  }
  const top = whole(parts["top"], "top");
  const tables = list(parts["tables"], "tables").map((entry): [string, readonly ChannelStatistics[]] => {
    const [name, rows] = list(entry, "a table");
    const key = text(name, "the name of a table");
    const channels = list(rows, key).map((row) => channelFromJson(row, top));
    const node = key.replace(/ (relevance|activation) -?\d+$/, "");
    if (node === key || channelsOf.get(node) !== channels.length) {
      throw new StatisticsFormatError(
        `statistics: takes tables of its nodes' channels, got "${key}" with ${channels.length}`,
      );
    }
    return [key, channels];
  });
  if (new Map(tables).size < tables.length) {
    throw new StatisticsFormatError("statistics: takes each table once, got one twice");
  }
  // Whoever asks for a node without a table gets a channel each: there are no more than the file has reason to say.
  const counted = new Set(tables.map(([key]) => key.replace(/ (relevance|activation) -?\d+$/, "")));
  const silent = nodes.find(([name, channels]) => channels > MOST_UNSEEN && !counted.has(name));
  if (silent !== undefined) {
    const [name, channels] = silent;
    throw new StatisticsFormatError(
      `statistics: takes at most ${MOST_UNSEEN} channels of a node without a table, got ${channels} of "${name}"`,
    );
  }
  const settings = { nodes: Object.fromEntries(nodes), top, about: Object.fromEntries(about) };
  return within(() => new ConceptStatistics(settings, SampleSet.of(ranges), new Map(tables)));
}

function channelFromJson(row: unknown, top: number): ChannelStatistics {
  const [count, units, references] = list(row, "a channel");
  const digits = text(units, "a sum");
  if (!/^-?\d{1,400}$/.test(digits)) {
    throw new StatisticsFormatError(`statistics: takes sums as whole numbers, got "${digits.slice(0, 20)}"`);
  }
  const kept = list(references, "references").map((entry): Reference => {
    const [value, sample, position] = list(entry, "a reference");
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new StatisticsFormatError(`statistics: takes finite numbers as values of references, got ${shown(value)}`);
    }
    return { value, sample: whole(sample, "a sample"), position: whole(position, "a position", LAST) };
  });
  if (kept.length > top) {
    throw new StatisticsFormatError(`statistics: takes at most ${top} references, got ${kept.length}`);
  }
  if (kept.some((reference, i) => i > 0 && compareReferences(kept[i - 1]!, reference) >= 0)) {
    throw new StatisticsFormatError("statistics: takes references from the strongest on, each once, got others");
  }
  return new ChannelStatistics(whole(count, "a count"), BigInt(digits), kept);
}

function parse(bytes: Uint8Array): unknown {
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) chunks.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  try {
    return JSON.parse(chunks.join(""));
  } catch (error) {
    throw new StatisticsFormatError(
      "statistics: takes a whole file of JSON, got something else or a truncated one", { cause: error },
    );
  }
}

function fields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new StatisticsFormatError(`statistics: takes an object for ${what}, got ${typeof value}`);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new StatisticsFormatError(`statistics: takes a list for ${what}, got ${typeof value}`);
  }
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string") {
    throw new StatisticsFormatError(`statistics: takes text for ${what}, got ${typeof value}`);
  }
  return value;
}

function whole(value: unknown, what: string, most: number = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > most) {
    throw new StatisticsFormatError(
      `statistics: takes a whole number from 0 to ${most} for ${what}, got ${shown(value)}`,
    );
  }
  return value as number;
}

/** A value from the file, shortened; of lists and objects, which may be of any depth, the kind alone. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value).slice(0, 40);
}

function within<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new StatisticsFormatError(`statistics: ${(error as Error).message}`, { cause: error });
  }
}
