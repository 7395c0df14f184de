import { describe } from "vitest";
import { simd } from "../../src/simd/index.ts";
import { conforms } from "./conformance.ts";

describe("simd", () => conforms({ kernels: simd()!, tolerance: 3e-7 }));
