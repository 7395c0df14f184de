// Files that are chosen, dropped or pasted, and numbers that are typed.

const $ = (id) => document.getElementById(id);
const models = /\.(onnx|ort|pb|bin|data|weights|h5|safetensors|pt|pth|tflite)$/i;

/** Calls `model`, `input` and `labels` with what people give. */
export function takeFiles({ model, input, labels }) {
  const chosen = (id, use) => $(id).addEventListener("change", async ({ target }) => {
    if (target.files.length > 0) await use([...target.files]);
    target.value = "";
  });
  chosen("model-files", async (files) => model(await read(files)));
  chosen("input-files", async (files) => input((await read(files))[0]));
  chosen("labels-files", async ([file]) => labels(await named(file)));
  const sort = async (files) => {
    const isModel = ({ name }) => models.test(name) || /(model|tokenizer).*\.json$/i.test(name);
    const [own, others] = [files.filter(isModel), files.filter((file) => !isModel(file))];
    if (own.length > 0) await model(await read(own));
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
    await sort([...event.dataTransfer.files]);
  });
  addEventListener("paste", async ({ clipboardData, target }) => {
    if (target.matches("textarea, input")) return;
    if (clipboardData.files.length > 0) await sort([...clipboardData.files]);
  });
  $("typed").addEventListener("submit", async (event) => {
    event.preventDefault();
    await input({ name: "numbers", text: $("typed-text").value });
  });
}

async function read(files) {
  return Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
}

async function named(file) {
  const text = await file.text();
  const isJson = /^\s*[[{]/.test(text);
  const parsed = isJson ? JSON.parse(text) : text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const labels = Array.isArray(parsed) ? parsed.map(String) : Object.values(parsed).map(String);
  return { name: file.name, labels };
}
