/** What happens to files: bytes flip, ends are cut off, lengths lie, pieces move. */
import fc from "fast-check";

/** Variants of a file with one to six kinds of damage. */
export function damaged(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(file.length - 1);
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255));
  const damage = fc.oneof(
    fc.tuple(at, byte).map(([i, value]) => (bytes: number[]) => void (bytes[i % bytes.length] = value)),
    fc.tuple(at, fc.nat(7)).map(([i, bit]) => (bytes: number[]) => void (bytes[i % bytes.length]! ^= 1 << bit)),
    at.map((end) => (bytes: number[]) => void bytes.splice(Math.max(1, end))),
    fc.tuple(at, fc.nat(20)).map(([i, count]) => (bytes: number[]) =>
      void bytes.splice(i, Math.min(count, bytes.length - 1))),
    // The largest lengths a varint can say.
    fc.tuple(at, fc.integer({ min: 1, max: 10 })).map(([i, count]) => (bytes: number[]) =>
      void bytes.splice(i, 1, ...new Array<number>(count - 1).fill(255), 127)),
    fc.tuple(at, at, fc.nat(40)).map(([from, to, count]) => (bytes: number[]) =>
      void bytes.splice(to, 0, ...bytes.slice(from, from + count))),
  );
  return fc.array(damage, { minLength: 1, maxLength: 6 }).map((all) => {
    const bytes = Array.from(file);
    for (const one of all) if (bytes.length > 0) one(bytes);
    return Uint8Array.from(bytes);
  });
}
