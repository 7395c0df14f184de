/** Pictures turned the way they were taken. */
import { blank, checkImage, type Image, type Pixels } from "./image.ts";

/** The picture as an Exif orientation from 1 to 8 has it shown, such as `readJpegHeader` finds. */
export function oriented(image: Image, orientation: number): Pixels {
  checkImage("oriented", image);
  if (!Number.isInteger(orientation) || orientation < 1 || orientation > 8) {
    throw new RangeError(`oriented: takes an orientation from 1 to 8, got ${orientation}`);
  }
  const { width, height } = image;
  const lies = orientation > 4;
  const out = lies ? blank(height, width) : blank(width, height);
  // Where along a stored row and column one goes from left to right, and from top to bottom.
  const backward = [2, 3, 7, 8].includes(orientation);
  const upward = [3, 4, 6, 7].includes(orientation);
  const [from, to] = [words(image.data), words(out.data)];
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const [along, down] = lies ? [y, x] : [x, y];
      const column = backward ? width - 1 - along : along;
      const row = upward ? height - 1 - down : down;
      to[y * out.width + x] = from[row * width + column]!;
    }
  }
  return out;
}

/** Four bytes at a time; a copy where they do not start at a word. */
function words(data: Uint8ClampedArray): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : new Uint8ClampedArray(data);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, data.length / 4);
}
