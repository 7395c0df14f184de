/** Removes a folder that somebody who is just ending may still write to. */
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const [tries, pause] = [50, 100];

/** Looks anew what is inside at every try: the retries of `rmSync` alone do not. */
export async function removeFolder(path) {
  for (let left = tries; ; left--) {
    try {
      return rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (left === 0) throw error;
      await setTimeout(pause);
    }
  }
}
