/** How relevance runs through a network: what comes to each node, what stays there, what goes to whom. */
import { onlyCopy, startAt, type ConservationRow, type Flow, type LRP, type Tape, type Target } from "@relprop/lrp";

/** Relevance from a node down to what it reads. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly relevance: number;
}

/** The books of one pass, node by node and line by line. */
export interface RelevanceFlow {
  readonly rows: readonly ConservationRow[];
  /** `from` is what was read, `to` the node that read it. */
  readonly edges: readonly FlowEdge[];
  /** What came to the inputs of the model, by name. */
  readonly arrived: Readonly<Record<string, number>>;
}

/** Sends relevance back once, and writes down where it goes. */
export function relevanceFlow(lrp: LRP, tape: Tape, output: string, target: Target): RelevanceFlow {
  return lrp.scratch(() => {
    const ruleOf = new Map(lrp.rules.rows.map(({ node, rule }) => [node.name, rule.name]));
    const reads = new Map(tape.steps.map((step) => [step.node.name, step.reads]));
    const rows: ConservationRow[] = [];
    const edges: FlowEdge[] = [];
    const arrived: Record<string, number> = {};
    const inputs = new Set(lrp.model.inputs.map(({ name }) => name));
    const start = startAt(tape.value(output), target, "one", lrp.model.layout(output));
    lrp.backward(tape, new Map([[output, onlyCopy(start.relevance)]]), {
      balance: (name, flow) => {
        rows.push(rowOf(name, ruleOf.get(name)!, flow));
        reads.get(name)!.forEach((from, i) => {
          const relevance = flow.sent[i]![0]!;
          edges.push({ from, to: name, relevance });
          if (inputs.has(from)) arrived[from] = (arrived[from] ?? 0) + relevance;
        });
      },
    });
    return { rows, edges, arrived };
  });
}

/** The only copy's numbers; what none of the others says is `other`. */
function rowOf(node: string, rule: string, flow: Flow): ConservationRow {
  const [before, out, bias] = [flow.in[0]!, flow.out[0]!, flow.bias[0]!];
  const [stabilizer, dead, ended] = [flow.stabilizer[0]!, flow.dead[0]!, flow.ended[0]!];
  const other = before - out - bias - stabilizer - dead - ended;
  return { node, rule, in: before, out, bias, stabilizer, dead, ended, other };
}
