/** Manifests signed with a key (Ed25519), so that nobody else can have written them. */
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { InputError } from "./terminal.ts";

/** A text with its signature behind it: the manifest's JSON, and `signature` as its last property. */
export function signed(manifest: object, pem: string): object {
  const key = asKey(() => createPrivateKey(pem), "a private Ed25519 key");
  const signature = sign(null, utf8(JSON.stringify(manifest)), key).toString("base64");
  return { ...manifest, signature };
}

/** Whether the signature of a manifest is that of the key; throws an `InputError` where it has none. */
export function isSignedBy(manifest: Readonly<Record<string, unknown>>, pem: string): boolean {
  const { signature, ...rest } = manifest;
  if (typeof signature !== "string") throw new InputError("takes a manifest with a signature, got one without");
  const key = asKey(() => createPublicKey(pem), "a public Ed25519 key");
  return verify(null, utf8(JSON.stringify(rest)), key, fromBase64(signature));
}

function asKey<K extends { readonly asymmetricKeyType?: string | undefined }>(read: () => K, what: string): K {
  try {
    const key = read();
    if (key.asymmetricKeyType === "ed25519") return key;
    throw new InputError(`takes ${what} as PEM, got one of ${key.asymmetricKeyType ?? "another kind"}`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`takes ${what} as PEM: ${(error as Error).message}`, { cause: error });
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
