// bun examples/server/bun.js [PORT]
import { useSimd } from "@relprop/tensor/simd";
import { createHandler } from "./handle.js";

useSimd();
const handle = createHandler(await Bun.file(new URL("../digits/digits.onnx", import.meta.url)).bytes());
const { port } = Bun.serve({ port: Number(Bun.argv[2] ?? 8000), hostname: "127.0.0.1", fetch: handle });
console.log(`listening on http://127.0.0.1:${port}/`);
