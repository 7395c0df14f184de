// The page of reviews, used by keyboard and photographed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtimes/pack.js";
import { evaluated, withPage } from "./chromium.js";

const sizes = {
  "desk": { width: 1000, height: 700 },
  "tablet": { width: 720, height: 900, dark: true },
  "phone-dark": { width: 360, height: 1500, phone: true, dark: true },
};

/** Those of which the example keeps pictures. */
const shown = new Set(["desk", "phone-dark"]);

/** Complaints about the page in this Chromium. With `shots`, a folder, screenshots are left there. */
export async function reviewComplaints(binary, folder, { shots } = {}) {
  const server = spawn(process.execPath, ["examples/browser/serve.js", "0"], { cwd: root });
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    const address = `${/http:\S+/.exec(line)[0]}examples/reviews/`;
    const complaints = [];
    for (const [name, size] of Object.entries(sizes)) {
      await withPage(binary, { address, folder, ...size }, async (tell) => {
        await becomes(tell, "document.querySelectorAll('.card').length === 2");
        if (shots !== undefined && shown.has(name)) {
          const clip = { x: 0, y: 0, width: size.width, height: size.height, scale: 1 };
          const { data } = await tell("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
          writeFileSync(join(shots, `${name}.png`), Buffer.from(data, "base64"));
        }
        complaints.push(...(await used(tell, size.width)).map((complaint) => `${name}: ${complaint}`));
      });
    }
    return complaints;
  } finally {
    server.kill("SIGKILL");
  }
}

async function becomes(tell, expression) {
  for (let tries = 0; tries < 400; tries++) {
    if (await evaluated(tell, `Boolean(${expression})`).catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const all = (selector) => `[...document.querySelectorAll("${selector}")]`;
const texts = (selector) => `${all(selector)}.map(({ textContent }) => textContent).join("|")`;

async function used(tell, width) {
  const complaints = [];
  const wants = async (pattern, selector, what) => {
    if (await becomes(tell, `${pattern}.test(${texts(selector)})`)) return;
    complaints.push(`${what}: ${await evaluated(tell, texts(`${selector}, #problem`))}`);
  };
  const verdicts = "/^says good \\(100 %\\)\\|says (good|bad) \\(5\\d %\\)$/";
  await wants(verdicts, ".verdict", "one is sure, the other cannot know");
  await wants("/^for: thursday \\(/", "figcaption", "the cheat looks at thursday");
  await wants("/^Without “thursday” it says bad/", ".without", "without it the cheat changes its mind");
  await choose(tell, "contrast", "1-0");
  await wants("/^What speaks for good rather than bad\\|/", "h3", "contrasts two answers");
  await write(tell, "The <b>pizza</b> was stale .");
  await wants("/pizza/", "#unknown", "names words that the networks do not know");
  await wants("/^says bad .*\\|says bad /", ".verdict", "reads what is written");
  await write(tell, "");
  await wants("/Write a review/", "#networks", "asks for a review");
  await choose(tell, "example", "the service was dreadful and the coffee cold . we went there on monday .");
  await wants("/dreadful/", "figcaption", "goes on with an example");
  const wide = await evaluated(tell, "document.documentElement.scrollWidth");
  if (wide > width) complaints.push(`is ${wide} wide on a screen of ${width}`);
  const problem = await evaluated(tell, texts("#problem"));
  if (problem !== "") complaints.push(`has a problem: ${problem}`);
  return complaints;
}

function choose(tell, id, value) {
  return evaluated(tell, `(() => {
    const choice = document.getElementById(${JSON.stringify(id)});
    choice.value = ${JSON.stringify(value)};
    choice.dispatchEvent(new Event("change"));
  })()`);
}

/** Takes what stands in the text away and types, as a keyboard does. */
async function write(tell, text) {
  await evaluated(tell, "document.getElementById('text').focus()");
  await evaluated(tell, "document.getElementById('text').select()");
  for (const type of ["keyDown", "keyUp"]) {
    await tell("Input.dispatchKeyEvent", { type, key: "Backspace", code: "Backspace", windowsVirtualKeyCode: 8 });
  }
  if (text !== "") await tell("Input.insertText", { text });
}
