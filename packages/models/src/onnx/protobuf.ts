/** The wire format of protocol buffers: numbered fields, each a varint, four or eight bytes, or a length and bytes. */
import { STEP, type Allowance } from "@relprop/layers";
import { decodeUtf8 } from "../host.ts";
import { ModelFormatError } from "../model-format-error.ts";

// How a field is laid out.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Where a message stands in a file, by default all of it. */
export interface MessagePlace {
  readonly start?: number;
  readonly end?: number;
  readonly allowance?: Allowance | undefined;
}

/** Walks over the fields of one message. Unknown fields are passed over by calling `next` again. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #fieldStart: number;
  #field = 0;
  #wire = 0;
  /** Where the bytes of a length-delimited field begin and end; where any other field's value begins. */
  #from = 0;
  #to = 0;

  readonly #allowance: Allowance | undefined;

  /** Reads the message in `[start, end)` of a file; messages within it count as steps of an allowance. */
  constructor(bytes: Uint8Array, { start = 0, end = bytes.length, allowance }: MessagePlace = {}) {
    this.#bytes = bytes;
    this.#allowance = allowance;
    this.#at = this.#fieldStart = start;
    this.#end = end;
  }

  /** Where in the file the current field begins. */
  get position(): number {
    return this.#fieldStart;
  }

  /** Moves to the next field and returns its number; 0 at the end of the message. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    this.#fieldStart = this.#at;
    const tag = this.#varint();
    this.#field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (tag < 8) throw this.#error("takes field numbers from 1, got 0");
    this.#from = this.#at;
    if (this.#wire === VARINT) this.#varint();
    else if (this.#wire === FIXED64) this.#at += 8;
    else if (this.#wire === FIXED32) this.#at += 4;
    else if (this.#wire === BYTES) {
      const length = this.#varint();
      this.#from = this.#at;
      this.#at += length;
    } else throw this.#error(`takes fields of wire types 0, 1, 2 and 5, got ${this.#wire}`);
    if (!(this.#at <= this.#end)) {
      throw this.#error("takes fields within their message, got one that runs past its end");
    }
    this.#to = this.#at;
    return this.#field;
  }

  /** A signed 64-bit integer, exact up to 2^53. */
  integer(): number {
    this.#expect(VARINT);
    this.#at = this.#from;
    return this.#varint(true);
  }

  /** A 32-bit float. */
  float(): number {
    this.#expect(FIXED32);
    return this.#view().getFloat32(0, true);
  }

  /** A 64-bit float. */
  double(): number {
    this.#expect(FIXED64);
    return this.#view().getFloat64(0, true);
  }

  /** Of the field's number; of few, since files may have millions of messages. */
  #view(): DataView {
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#from);
  }

  /** The field's bytes, seen in place. */
  bytes(): Uint8Array {
    this.#expect(BYTES);
    return this.#bytes.subarray(this.#from, this.#to);
  }

  /** Text in UTF-8. */
  text(): string {
    try {
      return decodeUtf8(this.bytes());
    } catch (error) {
      if (error instanceof ModelFormatError) throw error;
      throw this.#error("takes text in UTF-8, got other bytes");
    }
  }

  /** A letter for each of the first thousand bytes: texts of attributes, which may hold any. */
  latin(): string {
    const bytes = this.bytes();
    return String.fromCharCode(...bytes.subarray(0, 1000));
  }

  /** A reader of the message in this field. */
  message(): MessageReader {
    this.#expect(BYTES);
    if (this.#allowance?.has(STEP) === false) throw this.#error("takes fewer and larger messages, got many small ones");
    this.#allowance?.take(STEP);
    return new MessageReader(this.#bytes, { start: this.#from, end: this.#to, allowance: this.#allowance });
  }

  /** The key and the value in this field, both texts. */
  entry(): [key: string, value: string] {
    const reader = this.message();
    let [key, value] = ["", ""];
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 1) key = reader.text();
      else if (field === 2) value = reader.text();
    }
    return [key, value];
  }

  /** Appends a repeated integer, packed or not. */
  integers(into: number[]): void {
    if (this.#wire !== BYTES) into.push(this.integer());
    else {
      const end = this.#to;
      for (this.#at = this.#from; this.#at < end;) into.push(this.#varint(true));
      if (this.#at !== end) throw this.#error("takes packed integers that end with their field, got one that runs on");
    }
  }

  /** Whether the current field holds its numbers in one piece, or only the next of them. */
  get isPacked(): boolean {
    return this.#wire === BYTES;
  }

  /** The bytes of packed numbers of `size` bytes each. */
  packed(size: 4 | 8): Uint8Array {
    const bytes = this.bytes();
    if (bytes.length % size !== 0) {
      throw this.#error(`takes packed numbers of ${size} bytes, got ${bytes.length} bytes`);
    }
    return bytes;
  }

  /** A varint as an unsigned number, or with its 64 bits as two's complement. */
  #varint(signed = false): number {
    let [low, high] = [0, 0];
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) throw this.#error("takes varints that end within their message, got one cut off");
      const byte = this.#bytes[this.#at++]!;
      if (shift < 28) low |= (byte & 127) << shift;
      else if (shift === 28) {
        low |= (byte & 15) << 28;
        high = (byte & 127) >> 4;
      } else high |= shift < 63 ? (byte & 127) << (shift - 32) : (byte & 1) << 31;
      if (byte < 128) return (signed ? high | 0 : high >>> 0) * 2 ** 32 + (low >>> 0);
    }
    throw this.#error("takes varints of at most 10 bytes, got a longer one");
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) {
      throw this.#error(`takes wire type ${wire} for field ${this.#field}, got ${this.#wire}`);
    }
  }

  #error(message: string): ModelFormatError {
    return new ModelFormatError(`loadOnnx: ${message}`, this.#fieldStart);
  }
}
