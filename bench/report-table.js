/** The rows of a report as a table in Markdown. */
import { rows } from "./rows.js";

const short = (value) => (value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Work, bar, aim, what was measured, and by how much the bar is met or missed. */
export function reportTable(measured) {
  const lines = rows.map((row) => {
    const unit = row.unit === undefined ? " ×" : ` ${row.unit}`;
    const sign = row.atLeast ? "≥" : "≤";
    const bars = `| ${row.work} | ${sign} ${row.bar}${unit} | ${row.aim === undefined ? "" : `${row.aim}${unit}`} |`;
    const found = row.measure(measured);
    if (found === undefined) return `${bars} not measured | | |`;
    return `${bars} ${short(found.value)}${unit} | ${found.detail} | ${verdict(row, found.value)} |`;
  });
  return ["| work | bar | aim | measured | times | verdict |", "|---|---|---|---|---|---|", ...lines].join("\n");
}

function verdict({ bar, aim, atLeast = false }, value) {
  const reaches = (goal) => (atLeast ? value >= goal : value <= goal);
  if (aim !== undefined && reaches(aim)) return "aim met";
  const off = Math.abs(100 * (value / bar - 1)).toFixed(0);
  return reaches(bar) ? `met, ${off} % to spare` : `**missed by ${off} %**`;
}
