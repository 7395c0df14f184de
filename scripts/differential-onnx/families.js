/** Random nodes with random attributes, by family. */
import { elementwise } from "./elementwise-nodes.js";
import { quantizedNodes } from "./quantized-nodes.js";
import { placing } from "./placing-nodes.js";
import { windows } from "./window-nodes.js";

/** All families. */
export const families = { ...elementwise, ...placing, ...quantizedNodes, ...windows };
