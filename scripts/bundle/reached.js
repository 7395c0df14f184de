/** What a program takes along of the published packages, as a bundler decides it. */
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "./rolldown.js";

const program = join(fileURLToPath(new URL("../../", import.meta.url)), "program.js");

/** A program that explains dense and convolutional networks: names by the package they come from. */
export const explainsNetworks = {
  "@relprop/tensor": ["tensor"],
  "@relprop/layers": ["chain", "Dense", "Conv", "relu"],
  "@relprop/lrp": ["LRP", "epsilonPlusFlat"],
};

/** The same on SIMD kernels. */
export const explainsNetworksFast = { ...explainsNetworks, "@relprop/tensor/simd": ["simdProducts"] };

/** A program that reads convolutional networks from ONNX files and shows what they saw in a picture. */
export const explainsPictures = {
  "relprop": ["convolutionalOperators", "explainPicture", "heatmapPixels", "imagenet", "onnxReader"],
};

/** The code that stays of a program that imports these names, as it is published, without comments. */
export async function reachedCode(wanted, minify = published) {
  const lines = Object.entries(wanted).map(([from, names]) => `export { ${names.join(", ")} } from "${from}";\n`);
  const bundle = await rolldown({
    input: program,
    platform: "neutral",
    plugins: [{
      name: "program",
      resolveId: (id) => (id === program ? id : undefined),
      load: (id) => (id === program ? lines.join("") : undefined),
    }],
  });
  const { output } = await bundle.generate({
    comments: false,
    minify,
  });
  await bundle.close();
  return output[0].code;
}

const published = { compress: false, mangle: false, codegen: { removeWhitespace: true } };

/** Its bytes, compressed. */
export async function reachedBytes(wanted, minify) {
  return gzipSync(await reachedCode(wanted, minify), { level: 9 }).length;
}
