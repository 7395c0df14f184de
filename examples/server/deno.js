// deno run --allow-read --allow-net examples/server/deno.js [PORT]
import { useSimd } from "@relprop/tensor/simd";
import { createHandler } from "./handle.js";

useSimd();
const handle = createHandler(await Deno.readFile(new URL("../digits/digits.onnx", import.meta.url)));
const onListen = ({ port }) => console.log(`listening on http://127.0.0.1:${port}/`);
Deno.serve({ port: Number(Deno.args[0] ?? 8000), hostname: "127.0.0.1", onListen }, handle);
