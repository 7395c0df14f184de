/** Results as JSON that people can read. */

/** Numbers to six digits; lists of times stay on their lines. */
export function resultsText(results) {
  const rounded = (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value);
  const json = JSON.stringify(results, rounded, 2);
  return `${json.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, " "))}\n`;
}
