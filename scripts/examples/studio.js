// The studio as `relprop view` serves it, used by mouse and keyboard, and photographed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtimes/pack.js";
import { tokenizersFolder } from "../runtimes/tokenizers.js";
import { evaluated, withPage } from "./chromium.js";

const sizes = {
  "desk": { width: 1280, height: 1000 },
  "desk-dark": { width: 1280, height: 1000, dark: true },
  "phone": { width: 360, height: 740, phone: true },
  "phone-dark": { width: 360, height: 740, phone: true, dark: true },
};

/** The sizes of which the example keeps pictures. */
const shown = new Set(["desk", "phone-dark"]);

/** Complaints about the studio in this Chromium. With `shots`, a folder, screenshots are left there. */
export async function studioComplaints(binary, folder, { shots } = {}) {
  const complaints = [];
  const [model, input] = ["examples/digits/digits.onnx", "examples/digits/images/3-a.png"];
  await withStudio([model, input], async (address) => {
    for (const [name, size] of Object.entries(sizes)) {
      await withPage(binary, { address, folder, ...size }, async (tell) => {
        const found = await used(tell, size);
        complaints.push(...found.map((complaint) => `${name}: ${complaint}`));
        if (shots === undefined || !shown.has(name)) return;
        const { cssContentSize: { height } } = await tell("Page.getLayoutMetrics", {});
        const clip = { x: 0, y: 0, width: size.width, height: Math.min(height, 2400), scale: 1 };
        const { data } = await tell("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
        writeFileSync(join(shots, `${name}.png`), Buffer.from(data, "base64"));
      });
    }
  });
  await withStudio([], async (address) => {
    await withPage(binary, { address, folder, ...sizes.desk }, async (tell) => {
      complaints.push(...await dropped(tell));
    });
  });
  await withStudio([join(root, "examples/reviews/clever-hans.onnx")], async (address) => {
    await withPage(binary, { address, folder, ...sizes.phone }, async (tell) => complaints.push(...await typed(tell)));
  }, tokenizersFolder());
  return complaints;
}

/** Starts `relprop view` in a folder, and ends it. */
export async function withStudio(words, use, cwd = root) {
  const server = spawn(process.execPath, [join(root, "packages/relprop/bin/relprop.js"), "view", ...words], { cwd });
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    return await use(/http:\S+/.exec(line)[0]);
  } finally {
    server.kill("SIGKILL");
  }
}

const WAIT = 400;

/** Whether an expression becomes true while the page works. */
async function becomes(tell, expression) {
  for (let tries = 0; tries < WAIT; tries++) {
    if (await evaluated(tell, `Boolean(${expression})`).catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const rest = "!document.body.hasAttribute('aria-busy')";
const text = (selector) => `document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`;

async function used(tell, { width }) {
  const complaints = [];
  const wants = async (expression, what) => {
    if (!await becomes(tell, expression)) complaints.push(`${what}: ${await evaluated(tell, text("#problem"))}`);
  };
  await wants("document.documentElement.dataset.done", "explains what it was started with");
  await wants("/output 3/.test(document.querySelector('.explained').textContent)", "says that it is a 3");
  await wants("document.querySelectorAll('#explanations canvas').length >= 4", "shows heatmaps side by side");
  const wide = await evaluated(tell, "document.documentElement.scrollWidth");
  if (wide > width) complaints.push(`is ${wide} wide on a screen of ${width}`);
  const isolated = await evaluated(tell, "crossOriginIsolated");
  if (!isolated) complaints.push("is not isolated");

  const widths = "[...document.querySelectorAll('.line')].map((line) => parseFloat(line.style.strokeWidth))";
  const thin = await evaluated(tell, widths);
  if (!thin.some((each) => each > 5)) complaints.push(`lines carry no relevance: ${thin}`);

  await evaluated(tell, "document.querySelector('#graph').focus()");
  await key(tell, "0");
  for (let i = 0; i < 6; i++) await key(tell, "ArrowDown");
  const chosen = "document.querySelector('#graph .chosen title')?.textContent";
  const goes = `goes by arrows (to ${await evaluated(tell, chosen)})`;
  await wants(`/features\\.4, Conv, relevance/.test(${chosen})`, goes);
  await wants("document.querySelector('#node').dataset.node === 'features.4'", "shows the node that was chosen");
  await wants(`document.querySelectorAll('#node .concepts canvas').length >= 6`, "shows concepts");
  await wants(`/goes on/.test(${text("#node")})`, "shows the balance");
  await wants(rest, "comes to rest");

  const change = `(() => { const rule = document.querySelector("#rule"); rule.value = "alphaBeta";
    rule.dispatchEvent(new Event("change", { bubbles: true })); })()`;
  await evaluated(tell, change);
  await wants(`/changed.*difference/s.test(${text("#explanations")})`, "shows what a changed rule changes");
  await wants("document.querySelector('#node').dataset.rule?.startsWith('alphaBeta')", "shows the changed rule");
  await wants(rest, "comes to rest after a change");
  return complaints;
}

/** Complaints about a page onto which nothing, nonsense, and then a table was dropped. */
async function dropped(tell) {
  const complaints = [];
  const wants = async (expression, what) => {
    if (!await becomes(tell, expression)) complaints.push(`${what}: ${await evaluated(tell, text("#problem"))}`);
  };
  await wants("document.documentElement.dataset.open === ''", "opens without a model");
  const drop = (name, bytes) => evaluated(tell, `(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], ${JSON.stringify(name)}));
    dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
  })()`);
  await drop("a.png", [1, 2, 3]);
  await wants(`/model first/.test(${text("#problem")})`, "asks for a model first");
  await drop("labels.json", [...new TextEncoder().encode("[1,")]);
  await wants(`/labels.json: takes a name a line, or JSON/.test(${text("#problem")})`, "refuses half a list of labels");
  await evaluated(tell, `dispatchEvent(Object.assign(new Event("drop", { cancelable: true }), { dataTransfer: { files: [
    { name: "photos.png", arrayBuffer: async () => { throw new Error("A requested file could not be read"); } },
  ] } }))`);
  await wants(`/photos.png cannot be read: is it a folder/.test(${text("#problem")})`, "says that a folder is none");
  await drop("<img src=x onerror=document.title='pwned'>.onnx", [1, 2, 3]);
  await wants(`/loadOnnx/.test(${text("#problem")}) && ${rest}`, "refuses what is no model");
  await drop("model.json", [...new TextEncoder().encode('{"format":"layers-model","weightsManifest":[]}')]);
  await wants(`/loadTfjs/.test(${text("#problem")})`, "refuses half a model");
  const title = await evaluated(tell, "document.title");
  if (title !== "Relprop studio") complaints.push("ran what it was given as a name");
  return complaints;
}

/** Complaints about a model of texts that was given a text, token ids, and a target. */
async function typed(tell) {
  const complaints = [];
  const wants = async (expression, what) => {
    if (!await becomes(tell, expression)) complaints.push(`${what}: ${await evaluated(tell, text("#problem"))}`);
  };
  const give = (words) => evaluated(tell, `(() => {
    document.querySelector("#typed-text").value = ${JSON.stringify(words)};
    document.querySelector("#typed button").click();
  })()`);
  await wants("/A text, or token ids/.test(document.querySelector('[for=typed-text]').textContent)", "asks for a text");
  await give("the room was small , the table old . we came on thursday .");
  const drawn = "[...document.querySelectorAll('#explanations .card img')]";
  await wants(`${drawn}.some(({ alt }) => /words/.test(alt)) && ${rest}`, "shows the words of a text");
  await wants("document.querySelectorAll('.line').length > 10", "draws the network of a text");
  const wide = await evaluated(tell, "document.documentElement.scrollWidth");
  if (wide > sizes.phone.width) complaints.push(`is ${wide} wide with a text`);
  await give("5, 17, 3, 44");
  await wants(`/\\[1, 4\\]/.test(${text("#input-name")}) && ${rest}`, "takes token ids");
  return complaints;
}

async function key(tell, name) {
  const text = name.length === 1 ? { text: name } : {};
  await tell("Input.dispatchKeyEvent", { type: "keyDown", key: name, code: name, ...text });
  await tell("Input.dispatchKeyEvent", { type: "keyUp", key: name, code: name });
}
