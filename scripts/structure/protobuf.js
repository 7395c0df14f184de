// The wire format of protocol buffers, written: just what ONNX files are made of.

/** A whole number, seven bits at a time. */
function varint(number) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(number));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** Pieces one after another. */
export function joined(pieces) {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A field with a whole number. */
export function whole(field, number) {
  return joined([varint(field * 8), varint(number)]);
}

/** A field with a float. */
export function float(field, number) {
  return joined([varint(field * 8 + 5), new Uint8Array(Float32Array.of(number).buffer)]);
}

/** A field with bytes, a text, or a message of fields. */
export function block(field, content) {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : Array.isArray(content) ? joined(content) : content;
  return joined([varint(field * 8 + 2), varint(bytes.length), bytes]);
}
