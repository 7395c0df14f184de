// All 1797 digits as the networks see them, bit for bit what train.py makes of scans.png.
import { readFile } from "node:fs/promises";
import { decodePng, Tensor } from "relprop";

const [COUNT, ACROSS, SCAN, SIZE] = [1797, 43, 8, 32];

/** The weight of a pixel at distance `x` in cubic convolution (Keys 1981) with A = -3/4, as PyTorch has it. */
function cubic(x) {
  const [d, A] = [Math.abs(x), -0.75];
  if (d <= 1) return ((A + 2) * d - (A + 3)) * d * d + 1;
  return d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
}

/** For each of the 32 positions the four of the framed scan's ten that it is made of, with their weights. */
const taps = Array.from({ length: SIZE }, (_, to) => {
  const from = ((to + 0.5) * (SCAN + 2)) / SIZE - 0.5;
  const first = Math.floor(from) - 1;
  return [0, 1, 2, 3].map((k) => [Math.min(SCAN + 1, Math.max(0, first + k)), cubic(from - first - k)]);
});

/** `[1797, 1, 32, 32]`, from 0 to 1 in steps of 1/255. */
export async function allDigits() {
  const sheet = await decodePng(await readFile(new URL("scans.png", import.meta.url)));
  const data = new Float32Array(COUNT * SIZE * SIZE);
  for (let n = 0; n < COUNT; n++) enlarge(frame(sheet, n), data.subarray(n * SIZE * SIZE, (n + 1) * SIZE * SIZE));
  return new Tensor([COUNT, 1, SIZE, SIZE], data);
}

/** A scan with an empty pixel on each side, from 0 to 1. */
function frame({ data, width }, n) {
  const scan = new Float32Array((SCAN + 2) ** 2);
  const [left, top] = [(n % ACROSS) * SCAN, Math.floor(n / ACROSS) * SCAN];
  for (let y = 0; y < SCAN; y++) {
    for (let x = 0; x < SCAN; x++) scan[(y + 1) * (SCAN + 2) + x + 1] = data[((top + y) * width + left + x) * 4] / 240;
  }
  return scan;
}

function enlarge(scan, out) {
  const { fround } = Math;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      // Along x first, then along y, every step rounded to 32 bits: the order in which PyTorch rounds.
      let value = 0;
      for (const [row, down] of taps[y]) {
        let along = 0;
        for (const [column, across] of taps[x]) {
          along = fround(along + fround(across * scan[row * (SCAN + 2) + column]));
        }
        value = fround(value + fround(down * along));
      }
      out[y * SIZE + x] = toEven(fround(Math.min(1, Math.max(0, value)) * 255)) / 255;
    }
  }
}

/** The nearest whole number, the even one of two that are equally near. */
function toEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
