// Files that are chosen, dropped or pasted, and numbers that are typed.

const $ = (id) => document.getElementById(id);
const models = /\.(onnx|ort|pb|bin|data|weights|h5|safetensors|pt|pth|tflite)$/i;

/**
 * Calls `model`, which says whether it could be opened, `input` and `labels` with what people give, and `complain` with
 * what cannot be read.
 */
export function takeFiles({ model, input, labels, complain }) {
  let last = [];
  const opened = async (files) => {
    // The files of a tokenizer belong to a model, also where they come later.
    const all = files.every(isOfTokenizer) ? [...last.filter((file) => !isOfTokenizer(file)), ...files] : files;
    if (!await model(await read(all))) return false;
    last = all;
    return true;
  };
  const trying = async (work) => {
    try {
      await work();
    } catch (error) {
      complain(error);
    }
  };
  const chosen = (id, use) => $(id).addEventListener("change", async ({ target }) => {
    const files = [...target.files];
    target.value = "";
    if (files.length > 0) await trying(() => use(files));
  });
  chosen("model-files", opened);
  chosen("input-files", async (files) => input((await read(files))[0]));
  chosen("labels-files", async ([file]) => labels(await named(file)));
  const sort = async (files) => {
    const isModel = ({ name }) => models.test(name) || /(model|tokenizer).*\.json$/i.test(name);
    const [own, others] = [files.filter(isModel), files.filter((file) => !isModel(file))];
    if (own.length > 0 && !await opened(own)) return;
    for (const file of others) {
      if (/label|class|names?\b.*\.(txt|json)$/i.test(file.name)) await labels(await named(file));
      else await input((await read([file]))[0]);
    }
  };
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dragging"));
  addEventListener("drop", async (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    await trying(() => sort([...event.dataTransfer.files]));
  });
  addEventListener("paste", async ({ clipboardData, target }) => {
    if (target.matches("textarea, input")) return;
    if (clipboardData.files.length > 0) await trying(() => sort([...clipboardData.files]));
  });
  $("typed").addEventListener("submit", async (event) => {
    event.preventDefault();
    await trying(() => input({ name: "what was typed", text: $("typed-text").value }));
  });
}

const isOfTokenizer = ({ name }) => /tokenizer[^/]*\.json$/i.test(name);

async function read(files) {
  return Promise.all(files.map(async (file) => {
    const bytes = await file.arrayBuffer().catch((error) => {
      throw new Error(`${file.name} cannot be read: is it a folder? ${error.message}`);
    });
    return { name: file.name, bytes: new Uint8Array(bytes) };
  }));
}

async function named(file) {
  const text = await file.text();
  const parsed = parsedJson(text, file.name) ?? text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const labels = Array.isArray(parsed) ? parsed.map(String) : Object.values(parsed).map(String);
  return { name: file.name, labels };
}

/** What JSON says; `undefined` for what does not begin as a list or an object. */
function parsedJson(text, name) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: takes a name a line, or JSON, got ${error.message}`);
  }
}
