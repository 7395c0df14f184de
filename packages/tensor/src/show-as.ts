/** What hosts print of an object instead of its parts. */

interface InspectStyle {
  readonly colors?: boolean;
}

/** How an object is shown where hosts ask it to. */
export interface Shown {
  /** What `console.log` of Node, Deno and Bun prints. */
  text(colors: boolean): string;
  /** What a notebook of Jupyter shows under Deno, by media type. */
  display?(): Readonly<Record<string, string>>;
}

/** Makes `console.log` and notebooks show an object so. */
export function showAs(object: object, { text, display }: Shown): void {
  const hook = (name: string, value: (...given: readonly unknown[]) => unknown): unknown =>
    Object.defineProperty(object, Symbol.for(name), { value });
  hook("nodejs.util.inspect.custom", (_, style) => text((style as InspectStyle | undefined)?.colors === true));
  if (display !== undefined) hook("Jupyter.display", display);
}
