/** What a subcommand may be told, as data: the parser and the help are made of it. */

/** An option of the command line. */
export interface Option {
  /** Without its dashes. */
  readonly name: string;
  /** What stands for its value in the help, as in `NAME`; without one it is a switch. */
  readonly value?: string;
  /** Whether it may be given several times. */
  readonly repeats?: boolean;
  /** Options without one of which it says nothing: it is refused then, and the first of them asked for. */
  readonly needs?: readonly string[];
  /**
   * Whether its value is a file that is written: one that is there already is left as it is without `--force`, unless
   * it holds this text, by which those of an earlier run are known that are written anew.
   */
  readonly writes?: true | string;
  /** What it does, as one sentence without a capital or a stop; lines are broken where they are shown. */
  readonly help: string;
}

/** Options that belong together, under a heading of their own. */
export interface OptionGroup {
  readonly heading?: string;
  readonly options: readonly Option[];
}

/** Options under one heading; without a heading, those that stand first. */
export function group(options: readonly Option[], heading?: string): OptionGroup {
  return { options, ...(heading !== undefined && { heading }) };
}

/** All options of some groups. */
export function optionsOf(groups: readonly OptionGroup[]): readonly Option[] {
  return groups.flatMap(({ options }) => options);
}

/**
 * A page of help: how the subcommand is called, what it does, and its options, in lines of at most `columns`. Lines of
 * `about` that begin with two blanks are examples: what is too long goes on in the next line, as a shell reads it.
 */
export function helpPage(
  usage: string, about: string, groups: readonly OptionGroup[], columns: number,
): string {
  const width = Math.max(40, Math.min(columns, 100));
  const left = optionsOf(groups).map(({ name, value }) => `--${name}${value === undefined ? "" : ` ${value}`}`);
  const longest = left.reduce((most, { length }) => Math.max(most, length), 0);
  // Where a screen is narrow, what an option does stands under it.
  const beside = width >= 72;
  const indent = beside ? Math.min(longest, 24) + 4 : 6;
  const paragraphs = [usage, ...about.split("\n\n")].flatMap((paragraph) => [
    ...(paragraph.startsWith("  ") ? paragraph.split("\n").flatMap((line) => wrapExample(line, width))
      : wrapWords(paragraph, width)), "",
  ]);
  const listed = groups.flatMap(({ heading, options }) => [
    ...(heading === undefined ? [] : [...wrapWords(`${heading}:`, width), ""]),
    ...options.flatMap((option) => described(option, indent, width, beside)),
    "",
  ]);
  return [...paragraphs, ...listed].join("\n").trimEnd();
}

function described(
  { name, value, repeats, help }: Option, indent: number, width: number, beside: boolean,
): readonly string[] {
  const term = `  --${name}${value === undefined ? "" : ` ${value}`}`;
  const lines = wrapWords(repeats === true ? `${help} (may be repeated)` : help, width - indent);
  const blank = " ".repeat(indent);
  const own = !beside || term.length > indent - 2;
  const [first = "", ...rest] = lines;
  return own
    ? [term, ...lines.map((line) => blank + line)]
    : [term.padEnd(indent) + first, ...rest.map((line) => blank + line)];
}

function wrapExample(line: string, width: number): readonly string[] {
  const [first = "", ...parts] = line.split(/ (?=--)/);
  const lines = [first];
  for (const part of parts) {
    const last = lines.at(-1)!;
    if (last.length + part.length + 3 <= width) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`      ${part}`);
  }
  return lines.map((each, i) => (i === lines.length - 1 ? each : `${each} \\`));
}

/** Text in lines of at most `width` characters, broken at blanks; a longer word has a line of its own. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
