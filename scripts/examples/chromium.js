// A Chromium that does as it is told, over a pipe and by the DevTools protocol.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { removeFolder } from "../remove-folder.js";

const switches = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];

/**
 * Opens a page in Chromium, dark if told, and gives `use` a function that sends it commands; ends Chromium when `use`
 * does.
 */
export async function withPage(binary, page, use) {
  const { address, folder, width, height, phone = false, dark = false } = page;
  const profile = join(folder, `profile-${width}`);
  const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"];
  const child = spawn(binary, [...switches, `--user-data-dir=${profile}`, "--remote-debugging-pipe"], { stdio });
  const gone = once(child, "close");
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  let [text, last] = ["", 0];
  output.setEncoding("utf8").on("data", (more) => {
    const messages = (text + more).split("\0");
    text = messages.pop();
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      const answer = waiting.get(id);
      waiting.delete(id);
      if (error) answer?.reject(new Error(error.message));
      else answer?.resolve(result);
    }
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    setTimeout(() => reject(new Error(`${method}: no answer`)), 30_000).unref();
  });
  try {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const tell = (method, params) => send(method, params, sessionId);
    await tell("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: phone });
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await tell("Emulation.setEmulatedMedia", { features });
    await tell("Page.navigate", { url: address });
    return await use(tell);
  } finally {
    child.kill("SIGKILL");
    await gone;
    await removeFolder(profile);
  }
}

/** The value of an expression in the page. */
export async function evaluated(tell, expression) {
  const options = { awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = await tell("Runtime.evaluate", { expression, ...options });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}
