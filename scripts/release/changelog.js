// What a release does to the changelog, and what it takes from it.

const heading = "## [Unreleased]";

/** The changelog with what was unreleased under a version and a date, and an empty *Unreleased* above. */
export function withRelease(source, version, date) {
  const changes = sectionOf(source, "Unreleased");
  if (changes === "") throw new RangeError("CHANGELOG.md: nothing stands under Unreleased");
  if (source.includes(`## [${version}] – 2`)) throw new RangeError(`CHANGELOG.md: ${version} is released already`);
  const pending = new RegExp(`^## \\[${version.replaceAll(".", "\\.")}\\] – not released yet$`, "m");
  if (pending.test(source)) throw new RangeError(`CHANGELOG.md: ${version} stands there as not released yet`);
  return source.replace(heading, `${heading}\n\n## [${version}] – ${date}`);
}

/** What the changelog says of a version, without its heading; "" where it says nothing. */
export function sectionOf(source, version) {
  const lines = source.split("\n");
  const from = lines.findIndex((line) => line.startsWith(`## [${version}]`));
  if (from < 0) return "";
  const length = lines.slice(from + 1).findIndex((line) => line.startsWith("## "));
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length).join("\n").trim();
}
