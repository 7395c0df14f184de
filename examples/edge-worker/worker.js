// An edge worker that explains an uploaded image.
import kernels from "@relprop/tensor/kernels.wasm";
import { useSimd } from "@relprop/tensor/simd";
import model from "../digits/digits.onnx";
import { createHandler } from "../server/handle.js";

let handle;

export default {
  fetch(request) {
    // At the first request, not while modules load: platforms limit how long that may take.
    if (handle === undefined) {
      useSimd(kernels);
      handle = createHandler(new Uint8Array(model));
    }
    return handle(request);
  },
};
