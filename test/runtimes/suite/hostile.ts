/** What strangers send: the same end everywhere, soon, and by errors that say something. */
import { Undetermined, type Model } from "@relprop/layers";
import { decodeImage } from "@relprop/heatmap";
import { loadOnnx, loadTfjs } from "@relprop/models";
import { tensor, withDeadline } from "@relprop/tensor";
import type { Check } from "./harness.ts";
import { aborted, fromBase64, now, sha256 } from "./host.ts";

/** What hostile files are: ONNX files of hostile structure in base64, and a picture to be damaged. */
export interface Hostile {
  readonly structures: readonly string[];
  readonly image: Uint8Array;
}

/** The checks of what is damaged, out of proportion, or to be ended early. */
export function hostileChecks({ structures, image }: Hostile): readonly Check[] {
  return [
    [`${structures.length} files of hostile structure end in a model or in a sentence, as elsewhere`, async (it) => {
      const began = now();
      const ends = structures.map((text) => endOf(() => lowered(loadOnnx(fromBase64(text)))));
      it.equal(ends.filter((end) => end.startsWith("!")), []);
      it.equal(now() - began < 60_000, true);
      it.bits("hostile structures", await sha256(Uint8Array.from(ends.join("\n"), (letter) => letter.charCodeAt(0))));
    }],
    ["descriptions out of proportion are refused", (it) => {
      const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
      for (const text of [nested, "{", "null", '{"modelTopology":{"__proto__":{}}}']) {
        it.equal(endOf(() => loadTfjs(text, [])), "ModelFormatError");
      }
    }],
    ["pictures that are damaged, or claim to be huge, are refused", async (it) => {
      const huge = Uint8Array.from(image);
      huge.set([0, 1, 134, 160], 16); // a width of 100,000
      const short = image.subarray(0, image.length - 20);
      const noise = Uint8Array.from(image, (byte, i) => (i > 60 && i % 7 === 0 ? byte ^ 255 : byte));
      for (const bytes of [huge, short, noise, image.subarray(0, 9), new Uint8Array(0)]) {
        it.equal(await ended(decodeImage(bytes)), "ImageFormatError");
      }
      it.equal(await ended(decodeImage(image, { maxPixels: 100 })), "ImageFormatError");
    }],
    ["work ends where its signal was given, or its time is over", async (it) => {
      it.equal(await ended(decodeImage(image, { signal: aborted("enough") })), "enough");
      it.equal(endOf(() => withDeadline(0, () => tensor([1]))), "DeadlineError");
    }],
  ];
}

function lowered(model: Model): string {
  const inputs = model.inputs.map(({ shape = [1] }) => shape.map((extent) => extent ?? 1));
  try {
    const shapes = model.shapes(...inputs);
    return model.outputs.map((name) => shapes.get(name)!.join()).join(" and ");
  } catch (error) {
    if (error instanceof Undetermined) return "undetermined";
    throw error;
  }
}

/** What `body` returns, or the name of its error; with a mark where that is none of ours. */
function endOf(body: () => unknown): string {
  try {
    return String(body());
  } catch (error) {
    return nameOf(error);
  }
}

async function ended(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    return nameOf(error);
  }
}

const OURS = /^(ModelFormatError|ImageFormatError|ShapeError|DeadlineError)$/;

function nameOf(error: unknown): string {
  if (typeof error === "string") return error;
  const { name, message } = error as Error;
  return OURS.test(name) ? name : `! ${name}: ${message}`;
}
