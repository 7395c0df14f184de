// What a package must and must not hold when it is packed.
import { unpacked } from "./unpack.js";

/** A complaint for each thing amiss in a tarball. */
export function contentComplaints(path) {
  const files = unpacked(path);
  const names = [...files.keys()].map((name) => name.replace(/^package\//, ""));
  const manifest = JSON.parse(files.get("package/package.json").toString());
  const complaints = [];
  const require = (holds, says) => holds || complaints.push(says);
  for (const name of ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"]) {
    require(names.includes(name), `lacks ${name}`);
  }
  for (const name of names) {
    // The file a package manager links commands to is there before anything is built.
    const belongs = /^(dist|src|bin)\/|^(README\.md|LICENSE|package\.json)$/.test(name);
    require(belongs && !/\.test\.|tsbuildinfo/.test(name), `holds ${name}`);
  }
  const dependencies = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  for (const [name, range] of Object.entries(dependencies)) {
    require(name.startsWith("@relprop/"), `depends on ${name}`);
    require(range === manifest.version, `asks for ${name} ${range}, not ${manifest.version}`);
  }
  require(manifest.devDependencies === undefined && manifest.scripts === undefined, "takes tools or scripts along");
  for (const [entry, conditions] of Object.entries(manifest.exports)) {
    const targets = typeof conditions === "string" ? [conditions] : Object.values(conditions);
    for (const target of targets) require(names.includes(target.slice(2)), `lacks ${target}, exported as ${entry}`);
    if (typeof conditions === "string") continue;
    const [first] = Object.keys(conditions).filter((name) => !name.startsWith("@"));
    require(first === "types", `exports ${entry} with ${first} before types`);
  }
  return complaints;
}
