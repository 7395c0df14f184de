/** Times as a table in Markdown: works down, contestants across. */
import { median } from "../rounds.js";

const number = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));

/** Medians in milliseconds of processor time; threads are told by the wall. */
export function peersTable(results) {
  const rows = new Map();
  const names = new Set();
  for (const [key, { wall, cpu }] of Object.entries(results)) {
    const [name, subject, what] = key.split(" | ");
    names.add(name);
    const row = `${subject} ${what}`;
    rows.set(row, { ...rows.get(row), [name]: number(median(name.includes("threads") ? wall : cpu)) });
  }
  const columns = [...names];
  const lines = [...rows].map(([row, cells]) => `| ${row} | ${columns.map((name) => cells[name] ?? "").join(" | ")} |`);
  return [`| ms | ${columns.join(" | ")} |`, `|---|${columns.map(() => "---:|").join("")}`, ...lines].join("\n");
}
