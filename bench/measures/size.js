/** What a program that explains dense and convolutional networks takes along. */
import { explainsNetworks, explainsNetworksFast, reachedBytes } from "../../scripts/bundle/reached.js";

/** Bytes of the code that is reached, without comments and compressed: on plain loops, and with SIMD. */
export async function compressedSizes() {
  return { scalar: await reachedBytes(explainsNetworks), simd: await reachedBytes(explainsNetworksFast) };
}
