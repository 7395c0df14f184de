// The packed packages offered on this machine as a registry would: installing them is what it will be for users.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";
import { unpacked } from "./unpack.js";

/** `{ address, close }` of a server that knows the packages in these tarballs and nothing else. */
export async function openShelf(tarballs) {
  const packages = new Map(tarballs.map((path) => {
    const manifest = JSON.parse(unpacked(path).get("package/package.json").toString());
    return [manifest.name, { path, manifest, bytes: readFileSync(path) }];
  }));
  const server = createServer((request, response) => {
    const wanted = decodeURIComponent(new URL(request.url, address()).pathname.slice(1));
    const found = packages.get(wanted);
    if (found !== undefined) {
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(entry(found)));
      return;
    }
    const tarball = [...packages.values()].find(({ path }) => basename(path) === wanted);
    response.writeHead(tarball ? 200 : 404).end(tarball?.bytes ?? "{}");
  }).listen(0, "127.0.0.1");
  const address = () => `http://127.0.0.1:${server.address().port}/`;
  await once(server, "listening");

  function entry({ path, manifest, bytes }) {
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const shasum = createHash("sha1").update(bytes).digest("hex");
    const dist = { tarball: `${address()}${basename(path)}`, integrity, shasum };
    return {
      name: manifest.name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
      time: { [manifest.version]: "2020-01-01T00:00:00.000Z" },
    };
  }

  return {
    address: address(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
