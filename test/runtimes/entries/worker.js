// Runs the suite in an edge worker, which answers a request with the report.
import file from "@relprop/tensor/kernels.wasm";
import { compileSimd } from "@relprop/tensor/simd";
import { files } from "./material.js";
import { runSuite } from "./suite.js";

const modules = {
  "compiled at load": compileSimd(), // here: no handler may compile
  "imported": file,
};

export default {
  async fetch(request) {
    const { kernels, ...assignment } = await request.json();
    return Response.json(await runSuite(assignment, { files, module: modules[kernels] }));
  },
};
