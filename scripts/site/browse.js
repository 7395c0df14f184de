// Every page in Chromium, served below a path as hosts of static files do it.
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { evaluated, withPage } from "../examples/chromium.js";
import { removeFolder } from "../remove-folder.js";
import { chromium } from "../runtimes/install.js";

const types = {
  ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".svg": "image/svg+xml", ".png": "image/png",
};
const sizes = { desk: { width: 1200, height: 900 }, phone: { width: 360, height: 800, phone: true } };

/** Complaints about pages of the site in `folder`: too wide, pictures that do not show, no style, an idle search. */
export async function browserComplaints(folder, urls, { shots, dark = false } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    const path = join(folder, normalize(decodeURIComponent(pathname.replace(/^\/sub\//, "/"))));
    if (!existsSync(path) || statSync(path).isDirectory()) return response.writeHead(404).end();
    const type = types[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}/sub/`;
  const profile = mkdtempSync(join(tmpdir(), "relprop-site-"));
  const complaints = [];
  try {
    for (const [name, size] of Object.entries(sizes)) {
      await withPage(chromium({ fetch: true }), { address: "about:blank", folder: profile, ...size }, async (tell) => {
        const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
        await tell("Emulation.setEmulatedMedia", { features });
        for (const url of urls) {
          await tell("Page.navigate", { url: address + url });
          const found = await evaluated(tell, seen(size.width, address + url));
          complaints.push(...found.map((complaint) => `${url} on a ${name}: ${complaint}`));
          if (shots !== undefined) {
            const { data } = await tell("Page.captureScreenshot", { format: "png" });
            writeFileSync(join(shots, `${name}-${url.replaceAll("/", "-")}.png`), Buffer.from(data, "base64"));
          }
        }
        const found = await evaluated(tell, searched("conservation"));
        complaints.push(...found.map((complaint) => `search on a ${name}: ${complaint}`));
      });
    }
  } finally {
    server.close();
    server.closeAllConnections();
    await removeFolder(profile);
  }
  return complaints;
}

/** An expression for the complaints about a page that is being loaded. */
function seen(width, address) {
  return `new Promise((resolve) => {
    const look = () => {
      const here = location.href === ${JSON.stringify(address)};
      if (!here || document.readyState !== "complete") return setTimeout(look, 20);
      for (const image of document.images) image.loading = "eager";
      const shown = (image) => image.decode().then(() => "", () => "does not show " + image.src);
      Promise.all([...document.images].map(shown))
        .then((found) => {
          const complaints = found.filter(Boolean);
          const wide = document.documentElement.scrollWidth;
          if (wide > ${width}) complaints.push("is " + wide + " wide on a screen of ${width}");
          if (document.querySelector("h1") === null) complaints.push("has no heading");
          if (getComputedStyle(document.body).fontFamily === "") complaints.push("has no style");
          if (document.querySelector(".search").hidden) complaints.push("its script did not run");
          resolve(complaints);
        });
    };
    look();
  })`;
}

function searched(word) {
  return `new Promise((resolve) => {
    const field = document.querySelector("#query");
    field.value = ${JSON.stringify(word)};
    field.dispatchEvent(new Event("input"));
    let tries = 0;
    const look = () => {
      if (document.querySelectorAll("#found a").length > 0) resolve([]);
      else if (++tries > 100) resolve(["finds nothing for ${word}"]);
      else setTimeout(look, 20);
    };
    look();
  })`;
}
