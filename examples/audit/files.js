// Files that are chosen or dropped, folders with all that lies in them.

const MODEL = /\.(onnx|bin|data|weights|ort|pb|h5|safetensors|pt|tflite)$|^[^/]*model[^/]*\.json$/i;

/** Calls `take` with the files of a model and those of a data set, whichever were given. */
export function takeFiles(take) {
  const chosen = (id, what) => document.getElementById(id).addEventListener("change", ({ target }) => {
    if (target.files.length > 0) take({ [what]: [...target.files].map((file) => ({ file, path: pathOf(file) })) });
    target.value = "";
  });
  chosen("model", "model");
  chosen("folder", "data");
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dragging"));
  addEventListener("drop", async (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    const { items, files } = event.dataTransfer;
    // Entries have to be asked for before anything is waited for.
    const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry);
    const found = entries.some(({ isDirectory }) => isDirectory)
      ? (await Promise.all(entries.map(filesBelow))).flat()
      : [...files].map((file) => ({ file, path: pathOf(file) }));
    const [model, data] = [found.filter(isModel), found.filter((each) => !isModel(each))];
    take({ ...(model.length > 0 && { model }), ...(data.length > 0 && { data }) });
  });
}

const isModel = ({ path }) => MODEL.test(path);
const pathOf = (file) => file.webkitRelativePath || file.name;

async function filesBelow(entry) {
  if (!entry.isDirectory) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.slice(1) }];
  }
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    // A reader gives a hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    all.push(...some);
  }
  return (await Promise.all(all.map(filesBelow))).flat();
}
