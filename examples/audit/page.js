// The page: takes files, has them audited by a worker, shows the report.
import { takeFiles } from "./files.js";

const $ = (id) => document.getElementById(id);
const given = { model: undefined, data: undefined };
let worker;
let address;

takeFiles(({ model, data }) => {
  if (model) given.model = model;
  if (data) given.data = data;
  if (model) $("model-name").textContent = model.map(({ path }) => path).join(", ");
  if (data) $("folder-name").textContent = data.length === 1 ? data[0].path : `${data.length} files`;
  $("start").disabled = !(given.model && given.data);
});

$("asked").addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
$("stop").addEventListener("click", () => {
  end();
  $("status").textContent = "Stopped.";
});

document.documentElement.dataset.ready = "";

function begin() {
  $("problem").hidden = $("report").hidden = $("saved").hidden = true;
  $("start").disabled = true;
  $("stop").hidden = $("progress").hidden = false;
  $("progress").value = 0;
  $("status").textContent = "Reading the model …";
  document.body.setAttribute("aria-busy", "true");
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => told(data));
  worker.addEventListener("error", (event) => failed(event.message || "the worker ended: is memory scarce?"));
  worker.postMessage({ ...given, fit: $("fit").value });
}

function told({ done, size, page, verdict, problem }) {
  if (problem !== undefined) return failed(problem);
  if (page === undefined) {
    $("progress").value = done / size;
    $("status").textContent = done < size
      ? `${done} of ${size} samples explained` : `${size} samples explained; grouping and examining …`;
    return undefined;
  }
  end();
  $("status").textContent = verdict;
  if (address !== undefined) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  $("save").href = address;
  $("report").src = address;
  $("saved").hidden = $("report").hidden = false;
  return undefined;
}

/** As high as what is in it: a page has one place to scroll. */
$("report").addEventListener("load", () => fitHeight());
addEventListener("resize", () => fitHeight());

function fitHeight() {
  const inside = $("report").contentDocument?.body;
  if (inside) $("report").style.blockSize = `${inside.scrollHeight + 2}px`;
}

function failed(problem) {
  end();
  $("status").textContent = "";
  $("problem").textContent = problem;
  $("problem").hidden = false;
}

function end() {
  worker?.terminate();
  worker = undefined;
  $("stop").hidden = $("progress").hidden = true;
  $("start").disabled = false;
  document.body.removeAttribute("aria-busy");
}
