/** Where every bit of relevance went. */
import { showAs } from "@relprop/tensor";
import { formatTable } from "./table.ts";
import type { Flow } from "../run/walk.ts";

/** One node of a conservation report: `in = out + bias + stabilizer + dead + ended + other`, to rounding. */
export interface ConservationRow {
  readonly node: string;
  readonly rule: string;
  /** Relevance that arrived at the node's output. */
  readonly in: number;
  /** Relevance that left through its inputs. */
  readonly out: number;
  /** Absorbed by biases. */
  readonly bias: number;
  /** Absorbed by stabilisers. */
  readonly stabilizer: number;
  /** Lost at denominators of exactly 0, or at outputs a rule does not cover. */
  readonly dead: number;
  /** Ended at values that carry none: constants, masks, what comes of whole numbers. */
  readonly ended: number;
  /** What rules that are no quotients did not pass on (gradients, gates), and rounding. */
  readonly other: number;
}

type Cause = "bias" | "stabilizer" | "dead" | "ended" | "other";

const causes: readonly Cause[] = ["bias", "stabilizer", "dead", "ended", "other"];

/** The books of one backward pass, from the output down. */
export class ConservationReport {
  readonly rows: readonly ConservationRow[];
  /** Relevance the pass started with. */
  readonly started: number;
  /** Relevance that arrived at the model's inputs. */
  readonly arrived: number;
  readonly #forward: readonly string[];

  /** `forward`: sentences about the forward pass. */
  constructor(rows: readonly ConservationRow[], started: number, arrived: number, forward: readonly string[] = []) {
    this.rows = rows;
    this.started = started;
    this.arrived = arrived;
    this.#forward = forward;
    showAs(this, { text: () => this.toString() });
  }

  /** What was absorbed or lost in all, per cause; `other` holds what is rounded away between nodes too. */
  get totals(): Pick<ConservationRow, Cause> {
    const totals = { bias: 0, stabilizer: 0, dead: 0, ended: 0, other: 0 };
    for (const row of this.rows) for (const cause of causes) totals[cause] += row[cause];
    totals.other += this.#roundedAway;
    return totals;
  }

  /**
   * What left nodes and did not arrive below: where an activation fanned out, large relevance of both signs may meet
   * what is lost beside it.
   */
  get #roundedAway(): number {
    return this.started + this.rows.reduce((sum, row) => sum + (row.out - row.in), 0) - this.arrived;
  }

  /**
   * A sentence for the first node whose value is not finite, for the first (from the output down) whose relevance is
   * no longer so, and where rounding took more than a thousandth of all relevance.
   */
  get warnings(): readonly string[] {
    const broken = this.rows.find(({ in: before, out }) => Number.isFinite(before) && !Number.isFinite(out));
    if (broken === undefined) return [...this.#forward, ...this.#lost];
    const what = Number.isNaN(broken.out) ? "NaN" : "infinite";
    const advice = "look for overflowing values or a vanishing denominator there";
    return [...this.#forward, `relevance becomes ${what} at node "${broken.node}" (rule ${broken.rule}): ${advice}`];
  }

  get #lost(): readonly string[] {
    const lost = this.#roundedAway;
    if (!(Math.abs(lost) > 1e-3 * Math.max(Math.abs(this.started), Math.abs(this.arrived)))) return [];
    const [worst] = this.rows.filter(({ dead }) => dead !== 0).sort((a, b) => Math.abs(b.dead) - Math.abs(a.dead));
    const where = worst === undefined ? "" : `, as at node "${worst.node}" (rule ${worst.rule})`;
    return [`relevance of ${short(lost)} was rounded away beside what denominators near 0 make${where}: take a ` +
      "larger stabilizer"];
  }

  /** The report as a table, with the totals below. */
  toString(): string {
    const cells = (row: ConservationRow): string[] =>
      [row.node, row.rule, ...[row.in, row.out, ...causes.map((cause) => row[cause])].map(short)];
    const total = { ...this.totals, node: "total", rule: "", in: this.started, out: this.arrived };
    const table = formatTable([["node", "rule", "in", "out", ...causes], ...[...this.rows, total].map(cells)], 2);
    return [table, ...this.warnings.map((warning) => `warning: ${warning}`)].join("\n");
  }
}

/** A row of the report for copy `k`. */
export function conservationRow(node: string, rule: string, flow: Flow, k: number): ConservationRow {
  const at = (values: Float64Array): number => values[k]!;
  const [before, out, bias, stabilizer] = [at(flow.in), at(flow.out), at(flow.bias), at(flow.stabilizer)];
  const [dead, ended] = [at(flow.dead), at(flow.ended)];
  const other = before - out - bias - stabilizer - dead - ended;
  return { node, rule, in: before, out, bias, stabilizer, dead, ended, other };
}

/** Four significant digits; rounding errors as 0. */
function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) < 5e-7) return "0";
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? value.toPrecision(4) : value.toExponential(2);
}
