/** How many samples there are. */

/** Whether that is a number of samples: without one, a set looks empty, or never ends. */
export function isCount(size: unknown): boolean {
  return Number.isInteger(size) && (size as number) >= 0;
}
