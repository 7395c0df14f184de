/** The analyzer: a model, a rule for each of its nodes, and the passes that make explanations. */
import { inOrder, unknownNode, type GivenInputs, type Model } from "@relprop/layers";
import {
  allFinite, checkKind, clone, empty, heldBy, Integers, optionsOf, sharedArena, sizeOf, sum, Tensor, withDeadline,
  type Arena, type Shape, type Value,
} from "@relprop/tensor";
import { checkModel, ModelCheckError } from "./prepare/check.ts";
import { assign, assignList, everywhere, type Assignment, type Composite } from "./compose/composite.ts";
import { ConservationReport, conservationRow, type ConservationRow } from "./report/conservation.ts";
import { copyAt, onlyCopy } from "./run/copies.ts";
import type { Explanation } from "./report/explanation.ts";
import { lostNotices, seenNotices } from "./report/notices.ts";
import { Propagations } from "./run/plan/plan.ts";
import type { Rule } from "./rules/rule.ts";
import { RuleTable } from "./compose/rule-table.ts";
import { inputsOf } from "./run/inputs.ts";
import { PassMaker, passOf, type LargePasses } from "./run/passes.ts";
import { remembered } from "./run/remembered.ts";
import { explainedInput, isTape, overflows, readAt, record, type Analyzable, type Tape } from "./run/tape.ts";
import { outputOf, startAt, type Start, type StartValue, type Target } from "./run/target.ts";
import { walk, type WalkOptions } from "./run/walk.ts";

/** How an analyzer behaves. */
export interface LRPOptions {
  /** Take a model that does not suit relevance propagation too, instead of throwing a `ModelCheckError`. */
  readonly skipChecks?: boolean;
  /** Interpret the rules as they are defined instead of planning them; slower, and what plans are tested against. */
  readonly unplanned?: boolean;
  /** Scratch memory to work in; by default one that all analyzers share. */
  readonly arena?: Arena;
  /** Makes forward passes that are too large to be kept, `inParts()`; by default all are kept. */
  readonly large?: LargePasses;
}

/** What is explained, and what else is returned. */
export interface AnalyzeOptions {
  /** `"max"` by default. */
  readonly target?: Target;
  /** Start with 1 (`"one"`, the default) or with the output's own value. */
  readonly start?: StartValue;
  /** The name of the output to explain, if there are several; the first by default. */
  readonly output?: string;
  /** Nodes whose relevance is returned as well. */
  readonly layers?: readonly string[];
  /** When to give up, with a `DeadlineError`: `Date.now() + 500`; see `withDeadline`. */
  readonly deadline?: number;
}

/** Several explanations of one input from one forward pass. */
export interface AnalyzeAllOptions extends Omit<AnalyzeOptions, "target"> {
  readonly targets: readonly Target[];
}

/** What says which node gets which rule: a composite, one assignment, one rule for everywhere, or a rule per node. */
export type Assigned = Composite | Assignment | Rule | readonly Rule[];

/**
 * Layer-wise relevance propagation through a model (Bach et al. 2015).
 *
 * Without a composite every node gets LRP-0 or what its kind asks for; a list of rules is taken one per node; a single
 * rule stands for `[everywhere(rule)]`. Throws a `ModelCheckError` for models that do not suit it.
 */
export class LRP {
  readonly model: Model;
  /** Which node has which rule, and which assignment chose it. */
  readonly rules: RuleTable;
  readonly #propagations: Propagations;
  readonly #arena: Arena;
  readonly #large: LargePasses | undefined;
  readonly #passes = new PassMaker();

  constructor(model: Model, composite: Assigned = [], options: LRPOptions = {}) {
    optionsOf("LRP", options);
    const { skipChecks = false, unplanned = false, arena = sharedArena(), large } = options;
    const check = checkModel(model, "LRP");
    if (!skipChecks && !check.passed) throw new ModelCheckError(check);
    this.model = model;
    const assigned = isRuleList(composite) ? assignList(model, composite) : assign(model, asComposite(composite));
    this.rules = new RuleTable(assigned);
    this.#propagations = new Propagations(model, assigned, !unplanned);
    this.#arena = arena;
    checkKind("LRP", "large: inParts()", large, typeof (large ?? Object) === "function");
    this.#large = large;
  }

  /**
   * A forward pass that is kept, for any number of analyses by this or another analyzer of the same model; what becomes
   * of the inputs afterwards does not matter.
   */
  forward(...inputs: GivenInputs): Tape {
    return record(this.model, inOrder(this.model, inputs).map(copied));
  }

  /** Explains one target (per sample) of an input. */
  analyze(input: Analyzable, options: AnalyzeOptions = {}): Explanation {
    const { target = "max", ...rest } = optionsOf("analyze", options);
    return this.analyzeAll(input, { ...rest, targets: [target] })[0]!;
  }

  /** Explains several targets of an input; they share the forward pass and every denominator. */
  analyzeAll(input: Analyzable, options: AnalyzeAllOptions): readonly Explanation[] {
    const { targets, start = "one", layers = [] } = optionsOf("analyzeAll", options);
    for (const list of [targets, layers]) {
      checkKind("analyzeAll", "lists of targets and layers", list, Array.isArray(list));
    }
    const output = outputOf(this.model, options.output);
    for (const name of layers) if (!this.model.has(name)) throw new RangeError(unknownNode("layers", name, this.model));
    const kept = this.#kept(input);
    return withDeadline(options.deadline ?? Infinity, () => this.scratch(() => {
      const asking = JSON.stringify([targets.length, output, layers]);
      const isGiven = targets.some((target) => target instanceof Tensor);
      const { tape, back } = this.#passes.of(this.model, kept, this.#large, asking, (from, begun, endings) => {
        const nodes = new Map<string, Tensor>();
        if (isGiven) endings?.hold(begun);
        const wanted = new Set([...layers, ...sourcesOf(from), ...[...readAt(from).values()].map(({ name }) => name)]);
        const visit = (name: string, relevance: Tensor): void => {
          if (!wanted.has(name)) return;
          nodes.set(name, relevance);
          endings?.hold(relevance);
        };
        return { inputs: this.backward(from, new Map([[output, begun]]), { visit, endings }), nodes };
      });
      const { name: explained } = explainedInput(tape);
      const value = tape.value(output);
      const [layoutOf, samples] = [this.model.layout(output), tape.inputs[0]?.shape[0]];
      const starts = targets.map((target) => startAt(value, target, start, layoutOf, samples));
      if (starts.length === 0) return [];
      const sources = sourcesOf(tape);
      const seen = seenNotices(tape, this.rules.rows);
      const { shapes } = this.model.lower(...tape.inputs);
      const begun = starts.map(({ relevance, chosen }) =>
        ({ again: remembered(relevance), total: sum(relevance), chosen, value: clone(value) }));
      const { inputs: arrived, nodes: asked } = back(stacked(starts));
      return begun.map((begin, k) => {
        const copy = (relevance: Tensor | undefined, shape: Shape): Tensor =>
          relevance === undefined ? new Tensor(shape, new Float32Array(sizeOf(shape))) : clone(copyAt(relevance, k));
        const inputs = new Map<string, Tensor>();
        tape.inputs.forEach((given, i) => {
          if (given instanceof Tensor) inputs.set(this.model.inputs[i]!.name, copy(arrived[i], given.shape));
        });
        const named = (names: readonly string[]): Map<string, Tensor> =>
          new Map(names.map((name) => [name, copy(asked.get(name), shapes.get(name)!)]));
        for (const [name, source] of readAt(tape)) inputs.set(name, copy(asked.get(source.name), source.value.shape));
        const layout = this.model.layout(explained);
        const relevances = { inputs, sources: named(sources), layers: named(layers), layout };
        const arrivals = [...inputs.values(), ...relevances.sources.values()];
        const said = [...seen, ...lostNotices(this.rules.rows, begin.total, arrivals)];
        return this.#explanation(kept, output, begin, relevances, said);
      });
    }));
  }

  /**
   * The bare backward pass over a kept forward pass, from any nodes' relevance, `[K, …value]` for K copies; what it
   * returns lives in the scratch memory if one runs. `analyze` and concept analyses are made of it.
   */
  backward(tape: Tape, start: ReadonlyMap<string, Tensor>, options: WalkOptions = {}): readonly (Tensor | undefined)[] {
    return walk(tape, (step) => this.#propagations.of(step), start, options);
  }

  /** Runs `body` in this analyzer's scratch memory: tensors made inside are gone afterwards unless cloned. */
  scratch<T>(body: () => T): T {
    return this.#arena.run(body);
  }

  /** What the report, which is made when it is read, starts from: the input as it is now. */
  #kept(input: Analyzable): readonly Value[] | Tape {
    return isTape(input) ? input : inputsOf(this.model, input).map(copied);
  }

  #explanation(
    kept: readonly Value[] | Tape, output: string, { again, chosen, value }: Begun,
    { inputs, sources, layers, layout }: Pick<Explanation, "inputs" | "sources" | "layers" | "layout">,
    said: readonly string[],
  ): Explanation {
    const arrived = [...inputs.values(), ...sources.values()];
    const [relevance] = arrived as [Tensor, ...Tensor[]];
    let report: ConservationReport | undefined;
    const conservation = (): ConservationReport => (report ??= this.#balance(kept, output, again()));
    const finite = [value, ...arrived].every(allFinite);
    return {
      relevance,
      layout,
      inputs,
      sources,
      output: value,
      target: chosen,
      layers,
      warnings: finite ? said : [...conservation().warnings, ...said],
      get conservation(): ConservationReport {
        return conservation();
      },
    };
  }

  #balance(kept: readonly Value[] | Tape, output: string, start: Tensor): ConservationReport {
    return this.scratch(() => {
      const { tape, endings } = passOf(this.model, kept, this.#large);
      const broken = overflows(tape);
      const rows: ConservationRow[] = [];
      const ruleOf = new Map(this.rules.rows.map(({ node, rule }) => [node.name, rule.name]));
      const arrived = this.backward(tape, new Map([[output, onlyCopy(start)]]), {
        endings,
        balance: (name, flow) => void rows.push(conservationRow(name, ruleOf.get(name)!, flow, 0)),
      });
      const atSources = new Set(sourcesOf(tape));
      const total = arrived.reduce((all, relevance) => all + (relevance === undefined ? 0 : sum(relevance)), 0);
      const lookedUp = rows.reduce((all, row) => all + (atSources.has(row.node) ? row.out : 0), 0);
      return new ConservationReport(rows, sum(start), total + lookedUp, broken);
    });
  }
}

/** Where an analysis started. */
interface Begun extends Pick<Start, "chosen"> {
  /** The value of the output. */
  readonly value: Tensor;
  /** Makes the relevance it started with again. */
  again(): Tensor;
}

/** The nodes at which relevance of what reads nothing is read off: rows that whole numbers look up. */
function sourcesOf({ steps }: Tape): readonly string[] {
  return steps.flatMap(({ node, reads }) => (reads.length === 0 ? [node.name] : []));
}

/** A value of its own: what becomes of the caller's does not matter. */
function copied(value: Value): Value {
  return value instanceof Tensor ? clone(value) : new Integers(value.shape, heldBy(value).slice(), value.type);
}

function stacked(starts: readonly Start[]): Tensor {
  const [{ relevance }] = starts as readonly [Start];
  if (starts.length === 1) return onlyCopy(relevance);
  const out = empty([starts.length, ...relevance.shape]);
  starts.forEach((start, k) => out.data.set(start.relevance.data, k * relevance.size));
  return out;
}

function isRuleList(composite: Assigned): composite is readonly Rule[] {
  return Array.isArray(composite) && Object(composite[0]).propagation !== undefined;
}

function asComposite(composite: Exclude<Assigned, readonly Rule[]>): Composite {
  if (Object(composite).propagation !== undefined) return [everywhere(composite as Rule)];
  if (Object(composite).select !== undefined) return [composite as Assignment];
  const fits = Array.isArray(composite) && composite.every((each) => Object(each).select);
  checkKind("LRP", "a composite, an assignment, a rule or a list of rules", composite, fits);
  return composite as Composite;
}
