import { expect, test } from "vitest";
import { addressComplaints, foreignAddresses, project, repository } from "./addresses.ts";
import { files, json, packages, text } from "./files.ts";
import type { Manifest } from "./layering.ts";

test.each(packages)("the manifest of %s names the project as the workspace does, and words to find it by", (folder) => {
  const manifest = json<Manifest>(`packages/${folder}/package.json`);
  expect(addressComplaints(folder, manifest)).toEqual([]);
  expect(manifest["keywords"]).toEqual(expect.arrayContaining([expect.stringMatching(/^[a-z0-9-]+$/)]));
});

test("pages, workflows and citations name the project's own addresses", () => {
  const pages = files([".md", ".yml", ".cff", ".html"]);
  expect(pages.flatMap((path) => foreignAddresses(path, text(path)))).toEqual([]);
});

test("another address is found", () => {
  const other = repository.replace(/com\/\w+/, "com/somebody");
  expect(foreignAddresses("a.md", `see ${other}/tree and ${repository}`)).toEqual([`a.md: names ${other}`]);
  const manifest = { ...json<Manifest>("packages/lrp/package.json"), homepage: `${project.homepage}lrp` };
  expect(addressComplaints("lrp", manifest)).toHaveLength(1);
});
