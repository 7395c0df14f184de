export { loadModelFile } from "./load-model-file.ts";
