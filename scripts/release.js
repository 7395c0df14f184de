// npm run release -- [VERSION]             a dry run: what would change, the tarballs, what would be published
// npm run release -- VERSION --write       writes the version into manifests, changelog and citation, for the commit
// npm run release -- --publish             publishes the version there is, from its tag (the workflow does)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { contentComplaints } from "./packages/contents.js";
import { gatherSources, publishSources, sourceComplaints } from "./packages/publish-sources.js";
import { billOfMaterials, checksums, inOrder } from "./release/bill-of-materials.js";
import { sectionOf } from "./release/changelog.js";
import { currentVersion, rewrites } from "./release/rewrites.js";
import { isNext, parts } from "./release/version.js";
import { removeFolder } from "./remove-folder.js";
import { pack, root } from "./runtimes/pack.js";

const words = process.argv.slice(2);
const unknown = words.filter((word) => word.startsWith("-") && !["--write", "--publish"].includes(word));
try {
  if (unknown.length > 0) throw new RangeError(`release: takes --write or --publish, got ${unknown.join(" ")}`);
  await release(words.find((word) => !word.startsWith("-")));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function release(version) {
  const now = currentVersion(root);
  if (words.includes("--publish")) return publish(now);
  const target = version ?? suggested(now);
  const date = new Date().toISOString().slice(0, 10);
  const texts = rewrites(root, target, date);
  console.log(`${now} → ${target}, ${date}`);
  if (words.includes("--write")) {
    for (const [path, text] of texts) writeFileSync(join(root, path), text);
    console.log(`written: ${[...texts.keys()].join(", ")}`);
    console.log(`next: commit as "release: ${target}", tag v${target}, push the tag`);
    return;
  }
  console.log(`would change ${[...texts.keys()].join(", ")}`);
  console.log(`would tag v${target} and say of it:\n\n${indented(sectionOf(texts.get("CHANGELOG.md"), target))}\n`);
  const tarballs = await prepared();
  console.log(`would publish, in this order (made as ${now} in out/release, to be looked into):`);
  for (const tarball of tarballs) console.log(`  npm publish ${basename(tarball)} --provenance --access public`);
  console.log("  deno publish (the sources, on JSR)\nNothing was written or published.");
}

/** The tarballs in `out/release`, looked into, beside their digests and their bill of materials. */
async function prepared() {
  const folder = join(root, "out/release");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarballs = inOrder(pack(folder));
  writeFileSync(join(folder, "SHA256SUMS"), checksums(tarballs));
  writeFileSync(join(folder, "bom.cdx.json"), `${JSON.stringify(billOfMaterials(tarballs), null, 2)}\n`);
  const sources = mkdtempSync(join(tmpdir(), "relprop-release-"));
  const complaints = [...tarballs.flatMap(contentComplaints), ...sourceComplaints(sources)];
  await removeFolder(sources);
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  console.log(readFileSync(join(folder, "SHA256SUMS"), "utf8").trimEnd());
  return tarballs;
}

async function publish(version) {
  const tag = process.env.GITHUB_REF_NAME ?? "";
  if (tag !== `v${version}`) throw new RangeError(`publishes from the tag v${version}, got "${tag}"`);
  if (sectionOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version) === "") {
    throw new RangeError(`CHANGELOG.md says nothing of ${version}`);
  }
  for (const tarball of await prepared()) {
    const args = ["publish", tarball, "--provenance", "--access", "public"];
    const { status } = spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
    if (status !== 0) throw new Error(`npm ${args.join(" ")} ended with exit code ${status}`);
  }
  const sources = mkdtempSync(join(tmpdir(), "relprop-release-"));
  gatherSources(sources);
  publishSources(sources);
  await removeFolder(sources);
}

/** The next minor version, or 1.0.0 behind 0.x where the changelog asks for neither. */
function suggested(now) {
  const [major, minor] = parts(now);
  const next = `${major}.${minor + 1}.0`;
  if (!isNext(next, now)) throw new Error(`no version follows ${now}`);
  return next;
}

function indented(text) {
  return text.split("\n").map((line) => `    ${line}`.trimEnd()).join("\n");
}
