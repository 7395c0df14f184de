import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { decodePng, encodePng } from "../src/index.ts";
import { adler32, deflate, inflate, store } from "../src/files/zlib.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const bytes = fc.uint8Array({ maxLength: 300 }).chain((piece) =>
  fc.nat(400).map((times) => Uint8Array.from({ length: piece.length * times }, (_, i) => piece[i % piece.length]! + i)),
);

const host = globalThis as unknown as { readonly process: object };

const stored = (data: Uint8Array): Promise<Uint8Array> => Promise.resolve(store(data));

test.each([
  ["deflate", "at once", deflate],
  ["deflate", "by streams", deflate],
  ["store", "at once", stored],
  ["store", "by streams", stored],
])("inflate gives back what %s was given, %s", async (_, how, write) => {
  if (how === "by streams") vi.stubGlobal("process", Object.create(host.process, { getBuiltinModule: {} }));
  await fc.assert(
    fc.asyncProperty(bytes, async (data) => {
      const { bytes: got, failure } = await inflate(await write(data), data.length);
      expect([got.length, failure]).toEqual([data.length, undefined]);
      expect(got.every((byte, i) => byte === data[i])).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("inflate stops soon after more came out than was asked for", async () => {
  const bomb = await deflate(new Uint8Array(2 ** 25));
  expect(bomb.length).toBeGreaterThan(3 * 8192);
  let fed = 0;
  const { DecompressionStream: Real } = globalThis as unknown as { DecompressionStream: TransformConstructor };
  vi.stubGlobal(
    "DecompressionStream",
    class {
      readonly readable: unknown;
      readonly writable: object;

      constructor(format: string) {
        const { readable, writable } = new Real(format);
        this.readable = readable;
        const writer = writable.getWriter();
        const write = (slice: Uint8Array): Promise<void> => {
          fed += slice.length;
          return writer.write(slice);
        };
        this.writable = { getWriter: () => ({ write, close: () => writer.close() }) };
      }
    },
  );
  expect(await inflate(bomb, 1000)).toEqual({ bytes: new Uint8Array(0), failure: "more than 1000 bytes" });
  // The first slice alone becomes 8 MiB; what is fed while that is looked at is the host's buffer.
  expect(fed).toBeLessThanOrEqual(2 * 8192);
});

type TransformConstructor = new (format: string) => TransformLike;

interface TransformLike {
  readonly readable: unknown;
  readonly writable: { getWriter(): { write(slice: Uint8Array): Promise<void>; close(): Promise<void> } };
}

test("a host without streams that compress is named", async () => {
  const image = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  const file = await encodePng(image);
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("DecompressionStream", undefined);
  vi.stubGlobal("process", undefined);
  await expect(encodePng(image)).rejects.toThrow("encodePng: takes a host with CompressionStream, got one without");
  await expect(decodePng(file)).rejects.toThrow("decodePng: takes a host with DecompressionStream, got one without");
});

test("a host that inflates at once needs no streams, until something is amiss", async () => {
  vi.stubGlobal("DecompressionStream", undefined);
  const data = Uint8Array.of(1, 2, 3);
  expect(await inflate(store(data), 3)).toEqual({ bytes: data });
  await expect(inflate(Uint8Array.of(...store(data), 0), 3)).rejects.toThrow("takes a host with DecompressionStream");
});

test("a stored stream of nothing is a stream", async () => {
  expect(Array.from(store(new Uint8Array(0)))).toEqual([0x78, 1, 1, 0, 0, 255, 255, 0, 0, 0, 1]);
  expect(adler32(new Uint8Array(0))).toBe(1);
  expect(await inflate(store(new Uint8Array(0)), 0)).toEqual({ bytes: new Uint8Array(0) });
});
