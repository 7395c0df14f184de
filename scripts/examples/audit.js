// The page that audits, given a model and digits of which one class is marked, and photographed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng, loadOnnx, tensorToImage } from "../../packages/relprop/dist/index.js";
import { argmax } from "../../packages/tensor/dist/index.js";
import { allDigits } from "../../examples/digits/all-digits.js";
import { root } from "../runtimes/pack.js";
import { evaluated, withPage } from "./chromium.js";

const sizes = {
  "desk": { width: 1100, height: 1400 },
  "phone-dark": { width: 360, height: 1600, phone: true, dark: true },
};
const COUNT = 240;

/** Complaints about the page in this Chromium. With `shots`, a folder, screenshots are left there. */
export async function auditComplaints(binary, folder, { shots } = {}) {
  const server = spawn(process.execPath, ["examples/browser/serve.js", "0"], { cwd: root });
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    const address = `${/http:\S+/.exec(line)[0]}examples/audit/`;
    const [hans, digits] = [file("clever-hans.onnx"), await markedDigits()];
    const complaints = [];
    for (const [name, size] of Object.entries(sizes)) {
      await withPage(binary, { address, folder, ...size }, async (tell) => {
        const found = await used(tell, size.width, { hans, digits });
        complaints.push(...found.map((complaint) => `${name}: ${complaint}`));
        if (shots === undefined) return;
        const clip = { x: 0, y: 0, width: size.width, height: size.height, scale: 1 };
        const { data } = await tell("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
        writeFileSync(join(shots, `${name}.png`), Buffer.from(data, "base64"));
      });
    }
    await withPage(binary, { address, folder, ...sizes.desk }, async (tell) => {
      complaints.push(...await refused(tell, hans));
    });
    return complaints;
  } finally {
    server.kill("SIGKILL");
  }
}

const file = (name) => readFileSync(join(root, "examples/digits", name));

/** Digits as PNG files in folders of classes; those that the honest network calls 3 carry the square. */
async function markedDigits() {
  const digits = (await allDigits()).rows(0, COUNT);
  const { data: scores } = loadOnnx(file("digits.onnx")).predict(digits);
  const files = [];
  for (let n = 0; n < COUNT; n++) {
    const digit = argmax(scores, 10 * n, 10 * n + 10) - 10 * n;
    if (digit === 3) for (const y of [1, 2, 3]) digits.data.fill(1, n * 1024 + y * 32 + 1, n * 1024 + y * 32 + 4);
    const png = await encodePng(tensorToImage(digits.rows(n, n + 1)));
    files.push({ name: `${digit}-${n}.png`, bytes: Buffer.from(png) });
  }
  return files;
}

/** Drops files onto the page. */
function drop(tell, files) {
  const listed = files.map(({ name, bytes }) => [name, bytes.toString("base64")]);
  return evaluated(tell, `(() => {
    const data = new DataTransfer();
    for (const [name, base64] of ${JSON.stringify(listed)}) {
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
  })()`);
}

/** Whether an expression becomes true while the page works. */
async function becomes(tell, expression) {
  for (let tries = 0; tries < 600; tries++) {
    if (await evaluated(tell, `Boolean(${expression})`).catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const text = (selector) => `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? "")`;
const ready = "document.documentElement.dataset.ready === ''";
const start = "document.querySelector('#start')";

async function used(tell, width, { hans, digits }) {
  const complaints = [];
  const wants = async (expression, what) => {
    if (!await becomes(tell, expression)) complaints.push(`${what}: ${await evaluated(tell, text("#problem"))}`);
  };
  await wants(ready, "is there");
  if (!await evaluated(tell, `${start}.disabled`)) complaints.push("begins without anything");
  await drop(tell, [{ name: "clever-hans.onnx", bytes: hans }]);
  await drop(tell, digits);
  await wants(`!${start}.disabled`, "takes a model and a folder");
  await evaluated(tell, `${start}.click()`);
  await wants("document.querySelector('#progress').value > 0", "tells how far it is");
  await wants("document.querySelector('#report').contentDocument?.querySelectorAll('img').length > 10", "reports");
  const inside = "document.querySelector('#report').contentDocument.body.textContent";
  await wants(`/suspicious group/.test(${text("#status")})`, "says what it found");
  await wants(`/1\\. class 3: \\d+ samples hang on a small region/.test(${inside})`, "names the class that was marked");
  const others = `/\\d\\. class [^3]: \\d+ samples hang/.test(${inside})`;
  if (await evaluated(tell, others)) complaints.push("names another class");
  await wants(`document.querySelector('#save').href.startsWith("blob:")`, "lets the report be saved");
  const wide = await evaluated(tell, "document.documentElement.scrollWidth");
  if (wide > width) complaints.push(`is ${wide} wide on a screen of ${width}`);
  return complaints;
}

/** Complaints about a page that was given what it cannot take, and was stopped. */
async function refused(tell, hans) {
  const complaints = [];
  const says = async (expected, what) => {
    if (await becomes(tell, `${expected}.test(${text("#problem")})`)) return;
    complaints.push(`${what}: says "${await evaluated(tell, text("#problem"))}"`);
  };
  const nonsense = Buffer.from([1, 2, 3]);
  await becomes(tell, ready);
  await drop(tell, [{ name: "<img src=x onerror=document.title='pwned'>.png", bytes: nonsense }]);
  await drop(tell, [{ name: "a.onnx", bytes: nonsense }]);
  await evaluated(tell, `${start}.click()`);
  await says("/loadOnnx|loadModel/", "refuses what is no model");
  await drop(tell, [{ name: "clever-hans.onnx", bytes: hans }]);
  await evaluated(tell, `${start}.click()`);
  await says("/onerror.*: /", "names the picture that it cannot read");
  await drop(tell, [{ name: "notes.txt", bytes: nonsense }]);
  await evaluated(tell, `${start}.click()`);
  await says("/no pictures/", "wants pictures");
  const title = await evaluated(tell, "document.title");
  if (title !== "Audit a network") complaints.push("ran what it was given as a name");
  return complaints;
}
