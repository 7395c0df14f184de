// Runs the suite in an edge worker, which answers a request with the report.
import { compileSimd } from "@relprop/tensor/simd";
import { files } from "./material.js";
import { runSuite } from "./suite.js";

const module = compileSimd(); // here: no handler may compile

export default {
  async fetch(request) {
    const { kernels, ...assignment } = await request.json();
    return Response.json(await runSuite(assignment, { files, module: kernels === "at load" ? module : undefined }));
  },
};
