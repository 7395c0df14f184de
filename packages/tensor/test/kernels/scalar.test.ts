import { describe } from "vitest";
import { scalar } from "../../src/index.ts";
import { conforms } from "./conformance.ts";

describe("scalar", () => conforms(scalar, 7e-8));
