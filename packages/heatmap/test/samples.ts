/** Pictures of 5 × 4 pixels as Pillow 9.4 writes them, to be read here. */

declare function atob(text: string): string;

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** What the pictures were filled with: `v(x, y) = (37 x + 61 y) mod 256`. */
export const v = (x: number, y: number): number => (x * 37 + y * 61) % 256;

type Pixel = (x: number, y: number) => readonly number[];

const rgbPixel: Pixel = (x, y) => [v(x, y), v(y, x), v(x + y, x), 255];

const palettePixel = (i: number, alpha: number): readonly number[] => [v(i, 0), v(0, i), v(i, i), alpha];

/** The file's bytes and the pixel at `(x, y)`. */
export const samples: Readonly<Record<string, readonly [base64: string, pixel: Pixel]>> = {
  "gray of 8 bits": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAAAAABjWKqcAAAAHUlEQVR4nAXBAQ0AAAgDIL9ZhRjPbT0hAylsIQcPJU8DiTjltUQAAAAASUVO" +
    "RK5CYII=",
    (x, y) => [v(x, y), v(x, y), v(x, y), 255],
  ],
  "gray of 1 bit": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEAQAAAABuSMjtAAAAEElEQVR4nGMIYFjBEMCwAgAHGAHx2SFeGgAAAABJRU5ErkJggg==",
    (x, y) => ((x + y) % 2 === 1 ? [255, 255, 255, 255] : [0, 0, 0, 255]),
  ],
  "gray and alpha": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAQAAADsOj3LAAAAGklEQVR4nGNk+K96GAJZbG+rQiGCiRC1vQ0AqRwT9SHAL6MAAAAASUVORK5C" +
    "YII=",
    (x, y) => [v(x, y), v(x, y), v(x, y), 255 - v(y, x)],
  ],
  "colour": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAIElEQVR4nGNkYGBQtU2CIxZbVRSAzE9StUXhq9qqqgIAU48KVLHAoRIAAAAA" +
    "SUVORK5CYII=",
    rgbPixel,
  ],
  "colour with a transparent one": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAABnRSTlMAhwCfAOlC+c4CAAAAIElEQVR4nGNkYGBQtU2CIxZbVRSAzE9StUXh" +
    "q9qqqgIAU48KVLHAoRIAAAAASUVORK5CYII=",
    (x, y) => [...rgbPixel(x, y).slice(0, 3), x === 2 && y === 1 ? 0 : 255],
  ],
  "colour and alpha": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAYAAABGM/VAAAAAMElEQVR4nF3IoQ0AMAwDQVfqKj+Gl8nowcalLY0KjtySdHFp2gYBZ5oZqGDy" +
    "JW3oB1HCFouKueRSAAAAAElFTkSuQmCC",
    (x, y) => [...rgbPixel(x, y).slice(0, 3), 255 - x * y * 10],
  ],
  "gray of 16 bits": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEEAAAAAAzyHbfAAAAGklEQVR4nGNkYFCFAkZbWxiTBcFk3L4dxgQAiFkHChsoWygAAAAASUVORK5C" +
    "YII=",
    (x, y) => [v(x, y), v(x, y), v(x, y), 255],
  ],
  "a palette of 2": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEAQMAAAB8/WcDAAAABlBMVEUAAAAlPWJStXUOAAAADklEQVR4nGMIYFjBAMQABxgB8UWdDpYAAAAA" +
    "SUVORK5CYII=",
    (x, y) => palettePixel((x + y * 5) % 2, 255),
  ],
  "a palette of 4": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEAgMAAAA7XR3TAAAADFBMVEUAAAAlPWJKesRvtyYh4nKwAAAAAnRSTlMAgJsrThgAAAAUSURBVHic" +
    "Y5BmYMhxYNjYwHDsAAAOFgN/lEmV1QAAAABJRU5ErkJggg==",
    (x, y) => palettePixel((x + y * 5) % 4, [0, 128][(x + y * 5) % 4] ?? 255),
  ],
  "a palette of 16": [
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAEBAMAAAC0HehzAAAAMFBMVEUAAAAlPWJKesRvtyaU9Ii5MerebkwDq64o6BBNJXJyYtSXnza83Jjh" +
    "GfoGVlwrk77XcGqVAAAAGElEQVR4nGNgVHZgCKuYwLD67AOGD0IGACO6BU0eumbNAAAAAElFTkSuQmCC",
    (x, y) => palettePixel((x + y * 5) % 16, 255),
  ],
};
