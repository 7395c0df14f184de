// The worker: reads the model and the samples, audits, and writes the report.
import {
  audit, auditPage, compositeNamed, defaultComposite, htmlPage, loadModel, LRP, preferKernels, prepare, readNpy, simd,
} from "../../packages/relprop/dist/single.js";
import { pictures } from "./pictures.js";

preferKernels(simd);

addEventListener("message", async ({ data: asked }) => {
  try {
    postMessage(await audited(asked));
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});

async function audited({ model: parts, data: files, fit }) {
  const model = prepare(await modelOf(parts));
  const lrp = new LRP(model, compositeNamed(defaultComposite(model)));
  const samples = await samplesOf(files, model, fit);
  const told = (done) => postMessage({ done, size: samples.size });
  const found = await audit(lrp, samples, { done: told, ...(samples.layout && { layout: samples.layout }) });
  const title = `${parts[0].path} on ${files.length === 1 ? files[0].path : `${files.length} files`}`;
  const page = await htmlPage(await auditPage(found, lrp, samples, { title, layout: samples.layout }));
  const count = found.suspicious.length;
  const groups = count === 1 ? "group" : "groups";
  return { page, verdict: count === 0 ? "Nothing suspicious was found." : `${count} suspicious ${groups}.` };
}

function modelOf(parts) {
  const named = (path) => path.slice(path.lastIndexOf("/") + 1);
  const main = parts.find(({ path }) => /\.(onnx|json)$/i.test(path)) ?? parts[0];
  const files = async (wanted) => {
    const part = parts.find(({ path }) => named(path) === named(wanted));
    if (part === undefined) throw new RangeError(`the model asks for ${wanted}: drop it with the model`);
    return new Uint8Array(await part.file.arrayBuffer());
  };
  return loadModel(main.file, { files });
}

async function samplesOf(files, model, fit) {
  const [first] = files;
  if (/\.npy$/i.test(first.path)) {
    const all = readNpy(new Uint8Array(await first.file.arrayBuffer())).tensor();
    return { size: all.shape[0], read: (id) => all.rows(id, id + 1), name: (id) => `row ${id}` };
  }
  return pictures(files, model, fit);
}
