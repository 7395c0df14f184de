// What is in a release, for machines: a software bill of materials in the form of CycloneDX 1.6.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { unpacked } from "../packages/unpack.js";

/** The SHA-256 of a file, in hexadecimal digits. */
export function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Lines of `sha256sum`: a digest, two blanks, a name. */
export function checksums(paths) {
  return paths.map((path) => `${sha256(path)}  ${basename(path)}\n`).join("");
}

/** The bill of some tarballs: each a component with its digest, and what depends on what. */
export function billOfMaterials(tarballs) {
  const read = (path) => JSON.parse(unpacked(path).get("package/package.json").toString());
  const packages = tarballs.map((path) => ({ path, manifest: read(path) }));
  const reference = ({ name, version }) => `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest]));
  const own = (name) => {
    if (!versions.has(name)) throw new Error(`${name} is no package of this project, yet one depends on it`);
    return reference(versions.get(name));
  };
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    components: packages.map(({ path, manifest }) => ({
      type: "library",
      "bom-ref": reference(manifest),
      name: manifest.name,
      version: manifest.version,
      description: manifest.description,
      licenses: [{ license: { id: manifest.license } }],
      purl: reference(manifest),
      hashes: [{ alg: "SHA-256", content: sha256(path) }],
    })),
    dependencies: packages.map(({ manifest }) => ({
      ref: reference(manifest),
      dependsOn: Object.keys(manifest.dependencies ?? {}).map(own),
    })),
  };
}

/** Tarballs in an order in which each comes behind those it depends on. */
export function inOrder(tarballs) {
  const { dependencies, components } = billOfMaterials(tarballs);
  const place = new Map(components.map((component, i) => [component["bom-ref"], tarballs[i]]));
  const ordered = [];
  const add = (ref) => {
    for (const below of dependencies.find((it) => it.ref === ref).dependsOn) add(below);
    if (!ordered.includes(place.get(ref))) ordered.push(place.get(ref));
  };
  for (const { ref } of dependencies) add(ref);
  return ordered;
}
