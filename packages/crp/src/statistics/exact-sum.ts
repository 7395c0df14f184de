/**
 * Sums of 32-bit floats without rounding, so that the order of adding never shows.
 *
 * Every finite float is a whole multiple of 2^-149; the sum is kept as that multiple.
 */

const bits = new DataView(new ArrayBuffer(4));

/** A finite 32-bit float in units of 2^-149; throws a `RangeError` for others. */
export function unitsOf(value: number): bigint {
  if (!Number.isFinite(value) || Math.fround(value) !== value) {
    throw new RangeError(`exact sum: takes finite 32-bit floats, got ${value}`);
  }
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  const magnitude = exponent === 0 ? BigInt(fraction) : BigInt(fraction | 0x800000) << BigInt(exponent - 1);
  return word >>> 31 === 1 ? -magnitude : magnitude;
}

/** The double nearest to a sum in units of 2^-149, up to the rounding of one conversion. */
export function valueOf(units: bigint): number {
  const negative = units < 0n;
  const magnitude = negative ? -units : units;
  const excess = Math.max(0, magnitude.toString(2).length - 64);
  // What lies below 64 bits only matters as "more than nothing": keep it as a sticky last bit.
  const sticky = excess > 0 && (magnitude & ((1n << BigInt(excess)) - 1n)) !== 0n ? 1n : 0n;
  const value = Number((magnitude >> BigInt(excess)) | sticky) * 2 ** (excess - 149);
  return negative ? -value : value;
}
