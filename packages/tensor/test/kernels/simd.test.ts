import { describe } from "vitest";
import { simd } from "../../src/simd/index.ts";
import { conforms } from "./conformance.ts";

describe("simd", () => conforms(simd()!, 3e-7));
