/** Short names for long contents. */
import { createHash } from "node:crypto";

/** The first 16 digits of the SHA-256 of some contents. */
export function fingerprint(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
