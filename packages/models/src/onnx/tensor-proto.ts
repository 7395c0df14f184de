/** Tensors as ONNX stores them: raw bytes, lists of numbers, or a file beside the model. */
import { sizeOf, type Encoded, type Shape } from "@relprop/tensor";
import { ARRAYS, byteSize, decode, decodeCopy, encodedFloats, type DType, type Numbers } from "../dtype.ts";
import { ModelFormatError } from "../model-format-error.ts";
import { encodedConstant, type Constant } from "./constant.ts";
import { locateExternal, type External } from "./external-data.ts";
import type { MessageReader } from "./protobuf.ts";

/** A tensor of the file, not yet converted. */
export interface TensorProto {
  readonly name: string;
  readonly shape: Shape;
  readonly dataType: number;
  /** `raw_data`, or a packed list of fixed-size numbers. */
  readonly packed: Uint8Array | undefined;
  readonly integers: readonly number[];
  readonly floats: readonly number[];
  /** The elements of a tensor of texts, a letter for each byte. */
  readonly texts?: readonly string[];
  /** Where the numbers are, if in another file: `location`, `offset`, `length`. */
  readonly external: ReadonlyMap<string, string>;
  readonly isExternal: boolean;
  readonly position: number;
  /** Floats that were read already, and are stored in fewer bits. */
  readonly encoded?: Encoded | undefined;
}

/** Element types by their code in the file. */
export const DATA_TYPES: ReadonlyMap<number, DType> = new Map([
  [1, "F32"], [2, "U8"], [3, "I8"], [4, "U16"], [5, "I16"], [6, "I32"], [7, "I64"],
  [9, "BOOL"], [10, "F16"], [11, "F64"], [12, "U32"], [13, "U64"], [16, "BF16"],
]);

/** The code of texts, which are no numbers. */
export const TEXT = 8;

/** What errors call the element types that are not supported. */
const DATA_TYPE_NAMES: readonly (string | undefined)[] = [
  "UNDEFINED", , , , , , , , "STRING", , , , , , "COMPLEX64", "COMPLEX128", ,
  "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4", "FLOAT4E2M1",
];

/** Reads the message; its numbers stay where they are. */
export function readTensor(reader: MessageReader): TensorProto {
  const position = reader.position;
  const shape: number[] = [];
  // Most tensors have one of these, and files may have millions of tensors.
  let [integers, floats]: readonly (number[] | undefined)[] = [];
  let texts: string[] | undefined;
  let external: Map<string, string> | undefined;
  let [name, dataType, isExternal] = ["", 0, false];
  let packed: Uint8Array | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) reader.integers(shape);
    else if (field === 2) dataType = reader.integer();
    else if (field === 3) throw new ModelFormatError("loadOnnx: takes whole tensors, got a segment", position);
    else if (field === 5 || field === 7 || field === 11) reader.integers((integers ??= []));
    else if (field === 6) (texts ??= []).push(reader.latin());
    else if (field === 8) name = reader.text();
    else if (field === 4 || field === 10) {
      if (reader.isPacked) packed = reader.packed(field === 4 ? 4 : 8);
      else (floats ??= []).push(field === 4 ? reader.float() : reader.double());
    } else if (field === 9) packed = own(reader.bytes());
    else if (field === 13) {
      const [key, value] = reader.entry();
      (external ??= new Map()).set(key, value);
    } else if (field === 14) isExternal = reader.integer() === 1;
  }
  return {
    name, shape, dataType, packed, integers: integers ?? NO_NUMBERS, floats: floats ?? NO_NUMBERS,
    texts: texts ?? NO_TEXTS, external: external ?? NOWHERE, isExternal, position,
  };
}

const NO_NUMBERS: readonly number[] = [];
const NO_TEXTS: readonly string[] = [];
const NOWHERE: ReadonlyMap<string, string> = new Map();

/** The tensor's numbers, from the file itself or from where `external` finds them. Every size is checked. */
export function tensorNumbers(tensor: TensorProto, external: External | undefined): Constant {
  const { shape, integers, floats } = tensor;
  const dtype = DATA_TYPES.get(tensor.dataType);
  if (dtype === undefined) {
    const takes = [...DATA_TYPES.values()].join(", ");
    throw refused(
      tensor, `has element type ${DATA_TYPE_NAMES[tensor.dataType] ?? tensor.dataType}, supported are ${takes}`,
    );
  }
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw refused(tensor, `has shape [${shape.join(", ")}], takes extents >= 0`);
  }
  if (tensor.encoded !== undefined) return encodedConstant(dtype, shape, tensor.encoded);
  const size = sizeOf(shape);
  const bytes = tensor.isExternal ? locateExternal(tensor, size * byteSize(dtype), external) : tensor.packed;
  if (bytes !== undefined) {
    if (bytes.length !== size * byteSize(dtype)) {
      throw refused(
        tensor, `has ${bytes.length} bytes, takes ${size * byteSize(dtype)} for ${dtype} [${shape.join(", ")}]`,
      );
    }
    const encoded = encodedFloats(bytes, dtype);
    if (encoded !== undefined) return encodedConstant(dtype, shape, encoded);
    return { dtype, shape, data: (tensor.isExternal ? decode : decodeCopy)(bytes, dtype) };
  }
  const numbers = integers.length > 0 ? integers : floats;
  if (numbers.length !== size) {
    throw refused(tensor, `has ${numbers.length} numbers, takes ${size} for [${shape.join(", ")}]`);
  }
  return { dtype, shape, data: fromNumbers(numbers, dtype, integers.length > 0) };
}

/** A view of many bytes, a copy of few: those of nodes are kept, and would keep the whole file. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.length > FEW ? bytes : new Uint8Array(bytes);
}

const FEW = 4096;

/** Lists of integers hold the bits of half floats, and the values of everything else. */
function fromNumbers(numbers: readonly number[], dtype: DType, areBits: boolean): Numbers {
  return areBits && (dtype === "F16" || dtype === "BF16") ? halves(numbers, dtype) : ARRAYS[dtype].from(numbers);
}

function halves(bits: readonly number[], dtype: "F16" | "BF16"): Numbers {
  return decode(new Uint8Array(Uint16Array.from(bits).buffer), dtype);
}

function refused({ name, position }: TensorProto, message: string): ModelFormatError {
  return new ModelFormatError(`loadOnnx: tensor "${name}" ${message}`, position);
}
