import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packages, root, text } from "./files.ts";

interface Versions {
  isAfter(version: string, other: string): boolean;
  isNext(version: string, other: string): boolean;
}

interface Changelog {
  withRelease(source: string, version: string, date: string): string;
  sectionOf(source: string, version: string): string;
}

interface Rewrites {
  currentVersion(folder: string): string;
  rewrites(folder: string, version: string, date: string): ReadonlyMap<string, string>;
}

const load = async <T>(name: string): Promise<T> => (await import(join(root, "scripts/release", name))) as T;
const { isAfter, isNext } = await load<Versions>("version.js");
const { withRelease, sectionOf } = await load<Changelog>("changelog.js");
const { currentVersion, rewrites } = await load<Rewrites>("rewrites.js");

test.each([
  ["1.0.0", "0.9.9", true, true],
  ["0.9.10", "0.9.9", true, true],
  ["0.10.0", "0.9.9", true, true],
  ["0.9.9", "0.9.9", false, false],
  ["0.9.9", "0.10.0", false, false],
  ["2.0.0", "1.4.2", true, true],
  ["1.4.4", "1.4.2", true, false],
  ["1.5.1", "1.4.2", true, false],
])("%s behind %s: %s, next: %s", (version, other, after, next) => {
  expect(isAfter(version, other)).toBe(after);
  expect(isNext(version, other)).toBe(next);
});

test("what is no version is refused", () => {
  expect(() => isAfter("1.0", "0.9.0")).toThrow("a version is three numbers like 1.2.3, got 1.0");
  expect(() => isAfter("1.0.0-rc.1", "0.9.0")).toThrow("got 1.0.0-rc.1");
});

const changelog = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [0.1.0] – 2026-01-01\n\n- B.\n";

test("a release takes what was unreleased under its number and leaves nothing unreleased", () => {
  const after = withRelease(changelog, "0.2.0", "2026-02-03");
  expect(sectionOf(after, "0.2.0")).toBe("### Added\n\n- A.");
  expect(sectionOf(after, "Unreleased")).toBe("");
  expect(after).toContain("## [0.2.0] – 2026-02-03\n\n### Added");
  expect(sectionOf(after, "0.1.0")).toBe("- B.");
  expect(() => withRelease(after, "0.3.0", "2026-03-03")).toThrow("nothing stands under Unreleased");
  expect(() => withRelease(changelog, "0.1.0", "2026-03-03")).toThrow("0.1.0 is released already");
});

test("a release changes the version everywhere, and nothing else", () => {
  const now = currentVersion(root);
  const [major = 0, minor = 0, patch = 0] = now.split(".").map(Number);
  const next = `${major}.${minor + 1}.0`;
  const texts = rewrites(root, next, "2030-01-02");
  const manifests = packages.flatMap((name) => [`packages/${name}/package.json`, `packages/${name}/jsr.json`]);
  expect([...texts.keys()].sort()).toEqual([...manifests, "CHANGELOG.md", "CITATION.cff"].sort());
  for (const path of manifests) {
    expect(texts.get(path)!.replace(`"version": "${next}"`, `"version": "${now}"`)).toBe(text(path));
  }
  expect(texts.get("CITATION.cff")).toContain(`version: ${next}\ndate-released: "2030-01-02"`);
  expect(() => rewrites(root, now, "2030-01-02")).toThrow(`a release comes behind ${now}, got ${now}`);
  const far = `${major}.${minor}.${patch + 2}`;
  expect(() => rewrites(root, far, "2030-01-02")).toThrow(`${far} leaves versions behind ${now} out`);
});

test("workflows start scripts that are there", () => {
  const { scripts } = JSON.parse(text("package.json")) as { scripts: Readonly<Record<string, string>> };
  const runs = ["ci.yml", "release.yml"].flatMap((name) => {
    expect(existsSync(join(root, ".github/workflows", name))).toBe(true);
    const found = text(`.github/workflows/${name}`).matchAll(/- run: npm (?:run )?([\w:]+)/g);
    return [...found].map(([, script]) => script!);
  });
  expect(runs).toContain("test");
  expect(runs.filter((script) => !(script in scripts))).toEqual([]);
});
