// A strict project of TypeScript, from the tarballs: what the packages return is what a page's own functions take.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, npm } from "../runtimes/install.js";

/** The compilers that read the packages, and how they may look for modules. */
const compilers = ["5.9.3", "7.0.2"];
const resolutions = { bundler: "esnext", nodenext: "nodenext" };

const program = `import {
  collect, conceptAtlas, decodeImage, encodePng, epsilonPlusFlat, explain, explainText, heatmap, htmlPage, loadModel,
  LRP, prepare, tensor, TextExplainer, wordMap,
} from "relprop";
import { featureBars, features, lineChart, scatter, sheet, signalPlot } from "relprop/heatmap";
import { statisticsToBytes } from "relprop/crp";
import { boxMask } from "relprop/evaluate";
import { simdBytes } from "@relprop/tensor/simd";

export async function shown(model: File, photo: Blob, context: CanvasRenderingContext2D): Promise<readonly BlobPart[]> {
  const explained = await explain(model, photo, { preprocess: "imagenet", labels: ["cat", "dog"], target: "cat" });
  const h = heatmap(explained);
  const png = await h.png();
  context.putImageData(new ImageData(h.rgba().data, h.rgba().width), 0, 0);
  const { data, width, height } = explained.overlay().rgba();
  context.putImageData(new ImageData(data, width, height), 0, 0);
  await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([png], { type: "image/png" }) })]);
  await fetch("/heatmaps", { method: "POST", body: png });
  const parts: BlobPart[] = [await explained.report(), explained.heatmap.svg(), explained.toString()];
  return [png, new Blob([png]), new File([png], "heatmap.png"), await new Response(png).blob(), ...parts];
}

export async function sources(reply: Response, buffer: ArrayBuffer, canvas: ImageData): Promise<number> {
  const file = new Blob([buffer]);
  const several = [await explain(reply, canvas), await explain(buffer, file), await explain(buffer, [1, 2])];
  return several.reduce((sum, { scores }) => sum + (scores[0]?.share ?? 0), 0);
}

export async function drawn(model: ArrayBuffer): Promise<readonly BlobPart[]> {
  const lrp = new LRP(prepare(await loadModel(model)), epsilonPlusFlat());
  const explanation = lrp.analyze(tensor([[1, 2]]));
  const drawings = [
    featureBars(features(explanation)), signalPlot(explanation), lineChart([{ name: "a", values: [0, 1] }]),
    scatter([{ x: 0, y: 1, group: 0 }]),
  ];
  const { data, width, height } = sheet([{ label: "a", cells: [heatmap(explanation)] }]);
  const image = new ImageData(data, width, height);
  const bytes: BlobPart[] = [];
  for await (const statistics of collect(lrp, [{ id: 0, input: tensor([[1, 2]]) }], { nodes: ["features"] })) {
    bytes.push(statisticsToBytes(statistics));
  }
  return [
    ...(await Promise.all(drawings.map((drawing) => drawing.png()))), await encodePng(image), ...bytes,
    await encodePng(await conceptAtlas(lrp, tensor([[1, 2]]), "features")), boxMask([4, 4], [0, 0, 2, 2]),
    wordMap(["a"], [1]).svg(), await htmlPage({ title: "Why?", sections: [] }),
  ];
}

/** Decoders of browsers are given what \`Blob\` takes, and give what \`ImageData\` is. */
export async function decoded(file: Uint8Array): Promise<ImageData> {
  const decoder = async (bytes: Uint8Array<ArrayBuffer>): Promise<ImageData> => {
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  };
  const { data, width, height } = await decodeImage(file, { jpeg: decoder, decoder: (bytes) => decoder(bytes) });
  return new ImageData(data, width, height);
}

export async function compiled(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(simdBytes());
}

export function said(model: Uint8Array): string {
  const { words } = explainText(model, [5, 17, 3]);
  return [words.html(), ...new TextExplainer(model).generate([5], { count: 1 })].length + words.svg();
}
`;

/** Complaints of each compiler about that project in this folder, where the packages are installed. */
export function typeComplaints(tarballs, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--offline", ...tarballs], folder);
  writeFileSync(join(folder, "app.ts"), program);
  return compilers.flatMap((version) => Object.entries(resolutions).flatMap(([moduleResolution, module]) => {
    const compilerOptions = {
      target: "es2022", module, moduleResolution, strict: true, noEmit: true, skipLibCheck: false,
      exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noUnusedLocals: true,
      lib: ["es2023", "dom", "dom.iterable"], types: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["app.ts"] }));
    const words = [compiler(version), "-p", folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    const said = `${stdout}${stderr}`.trim().slice(0, 1500);
    return status === 0 ? [] : [`TypeScript ${version}, ${moduleResolution}: ${said}`];
  }));
}

/** The path of a compiler, which is installed where it is not there yet. */
function compiler(version) {
  const place = join(cache, `typescript-${version}`);
  const path = join(place, "node_modules/typescript/bin/tsc");
  if (existsSync(path)) return path;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{ "private": true }\n');
  npm(["install", "--no-save", `typescript@${version}`], place);
  return path;
}
