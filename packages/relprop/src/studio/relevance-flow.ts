/** How relevance runs through a network: what comes to each node, what stays there, what goes to whom. */
import {
  ConservationReport, explainedInput, notices, onlyCopy, overflows, startAt,
  type ConservationRow, type Flow, type LRP, type Tape, type Target,
} from "@relprop/lrp";
import { clone, sum, Tensor } from "@relprop/tensor";

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

/** What one pass says: the relevance of the input, and the books. */
export interface FlowingExplanation {
  readonly relevance: Tensor;
  readonly sources: ReadonlyMap<string, Tensor>;
  readonly output: Tensor;
  readonly target: readonly number[] | undefined;
  readonly warnings: readonly string[];
  readonly flow: RelevanceFlow;
}

/** Sends relevance back once, as `analyze` does, and writes down on the way where it goes. */
export function explainWithFlow(lrp: LRP, tape: Tape, output: string, target: Target): FlowingExplanation {
  return lrp.scratch(() => {
    const { model, rules } = lrp;
    const ruleOf = new Map(rules.rows.map(({ node, rule }) => [node.name, rule.name]));
    const reads = new Map(tape.steps.map((step) => [step.node.name, step.reads]));
    const rows: ConservationRow[] = [];
    const edges: FlowEdge[] = [];
    const sources = new Map<string, Tensor>();
    const value = tape.value(output);
    const start = startAt(value, target, "one", model.layout(output), tape.inputs[0]?.shape[0]);
    const below = lrp.backward(tape, new Map([[output, onlyCopy(start.relevance)]]), {
      visit: (name, relevance) => {
        if (reads.get(name)?.length === 0) sources.set(name, clone(relevance.reshape(relevance.shape.slice(1))));
      },
      balance: (name, flow) => {
        rows.push(rowOf(name, ruleOf.get(name)!, flow));
        reads.get(name)!.forEach((from, i) => edges.push({ from, to: name, relevance: flow.sent[i]![0]! }));
      },
    });
    const inputs = tape.inputs.flatMap((given, i) => {
      if (!(given instanceof Tensor)) return [];
      const stack = below[i];
      const relevance = stack === undefined ? new Tensor(given.shape, new Float32Array(given.size))
        : clone(stack.reshape(stack.shape.slice(1)));
      return [{ name: model.inputs[i]!.name, relevance }];
    });
    const arrivals = [...inputs.map(({ relevance }) => relevance), ...sources.values()];
    const { name: explained } = explainedInput(tape);
    const relevance = inputs.find(({ name }) => name === explained)?.relevance ?? sources.get(explained)!;
    const total = arrivals.reduce((all, each) => all + sum(each), 0);
    const isFinite = [value, ...arrivals].every((tensor) => Number.isFinite(sum(tensor)));
    const report = new ConservationReport(rows, sum(start.relevance), total, isFinite ? [] : overflows(tape));
    const said = notices(tape, rules.rows, start.relevance, arrivals);
    return {
      relevance, sources, output: clone(value), target: start.chosen,
      warnings: isFinite ? said : [...report.warnings, ...said],
      flow: { rows, edges, arrived: Object.fromEntries(inputs.map(({ name, relevance: each }) => [name, sum(each)])) },
    };
  });
}

/** The only copy's numbers; what none of the others says is `other`. */
function rowOf(node: string, rule: string, flow: Flow): ConservationRow {
  const [before, out, bias] = [flow.in[0]!, flow.out[0]!, flow.bias[0]!];
  const [stabilizer, dead, ended] = [flow.stabilizer[0]!, flow.dead[0]!, flow.ended[0]!];
  const other = before - out - bias - stabilizer - dead - ended;
  return { node, rule, in: before, out, bias, stabilizer, dead, ended, other };
}
