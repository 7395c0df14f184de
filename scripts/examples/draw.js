// The page on which digits are drawn, used by mouse and keyboard, and photographed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtimes/pack.js";
import { lineComplaints } from "./ask.js";
import { evaluated, withPage } from "./chromium.js";

const sizes = { desk: { width: 1100, height: 840 }, phone: { width: 390, height: 1180, phone: true } };

/** The most milliseconds a stroke may take on an idle machine; a busy one gets more. */
const patience = 50;

/** Complaints about the page in this Chromium. With `shots`, a folder, screenshots are left there. */
export async function drawComplaints(binary, folder, { shots } = {}) {
  const server = spawn(process.execPath, ["examples/browser/serve.js", "0"], { cwd: root });
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    const [address] = /http:\S+/.exec(line);
    const complaints = await lineComplaints(address);
    for (const digit of HOSTILE) {
      const page = { address: `${address}examples/browser/?digit=${encodeURIComponent(digit)}`, folder, ...sizes.desk };
      complaints.push(...await withPage(binary, page, (tell) => survived(tell, digit)));
    }
    for (const [name, size] of Object.entries(sizes)) {
      const page = { address: `${address}examples/browser/?digit=3-a`, folder, ...size };
      await withPage(binary, page, async (tell) => {
        complaints.push(...await used(tell, size.width));
        if (shots === undefined) return;
        const { data } = await tell("Page.captureScreenshot", { format: "png" });
        writeFileSync(join(shots, `${name}.png`), Buffer.from(data, "base64"));
      });
    }
    return complaints;
  } finally {
    server.kill("SIGKILL");
  }
}

/** What an address may ask the page to show. */
const HOSTILE = ["nope", "../../../../package", "<img src=x onerror=document.title='pwned'>", "%00", "x".repeat(5000)];

/** Complaints about a page that was asked for what there is not: it has to be there, and work. */
async function survived(tell, digit) {
  const complaints = [];
  const cards = () => evaluated(tell, "document.querySelectorAll('.card').length");
  for (let tries = 0; tries < 200 && (await cards()) < 10; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const says = 'document.querySelector("#verdict")?.textContent ?? ""';
  let verdict = "";
  for (let tries = 0; tries < 100 && !/Nothing/.test(verdict); tries++) {
    await key(tell, "c"); // until the page listens, nobody hears it
    await new Promise((resolve) => setTimeout(resolve, 50));
    verdict = await evaluated(tell, says);
  }
  if (!/Nothing/.test(verdict)) complaints.push(`?digit=${digit.slice(0, 40)}: says "${verdict}"`);
  if ((await evaluated(tell, "document.title")) === "pwned") complaints.push(`?digit=${digit}: ran what it was sent`);
  return complaints;
}

async function used(tell, width) {
  const complaints = [];
  const verdict = async (expected, after) => {
    const says = 'document.querySelector("#verdict")?.textContent ?? ""';
    for (let tries = 0; tries < 100; tries++) {
      if (expected.test(await evaluated(tell, says))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    complaints.push(`${after}: says "${await evaluated(tell, says)}"`);
  };
  await verdict(/a 3/, "an example is shown");
  const wide = await evaluated(tell, "document.documentElement.scrollWidth");
  if (wide > width) complaints.push(`is ${wide} wide on a screen of ${width}`);

  await key(tell, "c");
  await verdict(/Nothing/, "C is pressed");
  await evaluated(tell, 'document.querySelector("#paper").focus()');
  for (let i = 0; i < 11; i++) await key(tell, "ArrowUp");
  await key(tell, " ");
  for (let i = 0; i < 21; i++) await key(tell, "ArrowDown");
  await key(tell, " ");
  await verdict(/a 1/, "a line is drawn by keyboard");
  await key(tell, "7");
  const chosen = await evaluated(tell, `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    resolve(document.querySelector('[aria-checked="true"] strong').textContent))))`);
  if (chosen !== "7") complaints.push(`7 is pressed: explains ${chosen}`);
  await key(tell, "7");

  await key(tell, "c");
  const { x, y, side } = await evaluated(tell, `(() => {
    const { left, top, width } = document.querySelector("#paper").getBoundingClientRect();
    return { x: left, y: top, side: width };
  })()`);
  const at = (column, row) => ({ x: x + (side * column) / 32, y: y + (side * row) / 32 });
  const path = [[10, 6], [13, 6], [16, 6], [19, 6], [21, 6], [20, 9], [18, 13], [17, 17], [16, 21], [15, 25], [14, 27]];
  const mouse = (type, place) => tell("Input.dispatchMouseEvent", { type, ...place, button: "left", buttons: 1 });
  await mouse("mousePressed", at(...path[0]));
  const times = [];
  for (const place of path) {
    await mouse("mouseMoved", at(...place));
    times.push(Number(await evaluated(tell, `new Promise((resolve) => requestAnimationFrame(() =>
      requestAnimationFrame(() => resolve(document.documentElement.dataset.milliseconds))))`)));
  }
  await mouse("mouseReleased", at(...path.at(-1)));
  await verdict(/a 7/, "a 7 is drawn by mouse");
  const best = Math.min(...times);
  console.log(`        a step of a stroke takes ${best} to ${Math.max(...times)} ms at ${width} pixels`);
  if (best > patience) complaints.push(`a step of a stroke takes ${best} ms`);
  return complaints;
}

async function key(tell, name) {
  const text = name.length === 1 ? { text: name } : {};
  await tell("Input.dispatchKeyEvent", { type: "keyDown", key: name, code: name, ...text });
  await tell("Input.dispatchKeyEvent", { type: "keyUp", key: name, code: name });
}
