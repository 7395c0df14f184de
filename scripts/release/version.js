// Numbers of versions, as far as releases here have them: 1.2.3, without further parts.

/** `[major, minor, patch]` of a version. */
export function parts(version) {
  const found = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (found === null) throw new RangeError(`a version is three numbers like 1.2.3, got ${version}`);
  return found.slice(1).map(Number);
}

/** Whether a version comes behind another one. */
export function isAfter(version, other) {
  const [a, b] = [parts(version), parts(other)];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at] > b[at];
}

/** Whether a version is one step behind another one: its next patch, minor or major. */
export function isNext(version, other) {
  const [major, minor, patch] = parts(other);
  const next = [[major, minor, patch + 1], [major, minor + 1, 0], [major + 1, 0, 0]];
  return next.some((one) => one.join(".") === version);
}
