/** Programs, cut into tasks. */
import type { ProgramKernels } from "../kernels.ts";
import type { Operand, Program } from "../program/program.ts";
import { isWhole } from "../scalar/strided.ts";
import { blocksPerTask, perBlock, place, programJob, registerSize, spreading, stepLength } from "./code/jobs.ts";
import { operationNames } from "./code/operations/names.ts";
import { act } from "../trace.ts";
import type { Machine } from "./machine.ts";
import { floatWord, write } from "./struct.ts";

type Place = Readonly<Record<(typeof place.names)[number], number>>;

/** The kernel of programs on this machine. */
export function programKernels(machine: Machine): ProgramKernels {
  return {
    compute(program, extents, operands, out) {
      if (out.length === 0) return;
      machine.begin();
      const { steps, constants, inputs, constantPlaces } = template(program);
      const addresses = operands.map(({ data }) => machine.operand(data));
      const to = machine.result(out);
      const [rank, count] = [extents.length, operands.length];
      // One stretch of memory: job, steps, constants, a number per operand, what is spread, steps per axis, extents.
      const stepsAt = programJob.length;
      const constantsAt = stepsAt + steps.length;
      const numbersAt = constantsAt + constants.length;
      const spreadsAt = numbersAt + 4 * count;
      const axesAt = spreadsAt + spreading.length * count;
      const extentsAt = axesAt + rank * count;
      const base = machine.room(4 * (extentsAt + rank)) / 4;
      const { words } = machine;
      words.set(steps, base + stepsAt);
      words.set(constants, base + constantsAt);
      words.set(extents, base + extentsAt);
      let [spreads, registers] = [0, program.registers];
      const places = operands.map(({ data, strides }, i): Place => {
        if (rank > 0 && strides.every((step) => step === 0)) {
          const at = base + numbersAt + 4 * i;
          act(() => void machine.floats.fill(data[0]!, at, at + 4));
          return single(4 * at);
        }
        if (isWhole(extents, strides)) return inOrder(addresses[i]!);
        const axes = base + axesAt + rank * i;
        for (let axis = 0; axis < rank; axis++) words[axes + axis] = 4 * strides[axis]!;
        const register = registers++ * registerSize;
        write(spreading, words, base + spreadsAt + spreading.length * spreads++, {
          from: addresses[i]!, steps: 4 * axes, to: register,
        });
        return inScratch(register);
      });
      for (const [at, input] of inputs) write(place, words, base + stepsAt + at, places[input]!);
      for (const [at, constant] of constantPlaces) {
        write(place, words, base + stepsAt + at, single(4 * (base + constantsAt + 4 * constant)));
      }
      write(place, words, base + stepsAt + steps.length - place.length, inOrder(to));
      const tail = registers * registerSize;
      const counters = tail + (out.length % 4 === 0 ? 0 : registerSize);
      write(programJob, words, base, {
        count: out.length, steps: 4 * (base + stepsAt), stepCount: steps.length / stepLength,
        spreads: 4 * (base + spreadsAt), spreadCount: spreads, extents: 4 * (base + extentsAt), rank, counters, tail,
      });
      machine.run("computeBlocks", 4 * base, Math.ceil(out.length / (perBlock * blocksPerTask)), counters + 4 * rank);
      machine.end();
    },
  };
}

const inOrder = (at: number): Place => ({ at, perBlock: 4 * perBlock, inScratch: 0, step: 16 });
const inScratch = (at: number): Place => ({ at, perBlock: 0, inScratch: 1, step: 16 });
const single = (at: number): Place => ({ at, perBlock: 0, inScratch: 0, step: 0 });

/** What is the same each time a program runs. */
interface Template {
  /** The words of the steps; the places of inputs, constants and the result are left open. */
  readonly steps: Int32Array;
  /** Each constant four times. */
  readonly constants: Int32Array;
  /** Where in the steps which input, and which constant. */
  readonly inputs: readonly (readonly [at: number, input: number])[];
  readonly constantPlaces: readonly (readonly [at: number, constant: number])[];
}

const templates = new WeakMap<Program, Template>();

function template(program: Program): Template {
  const known = templates.get(program) ?? makeTemplate(program);
  templates.set(program, known);
  return known;
}

function makeTemplate({ steps }: Program): Template {
  const words = new Int32Array(steps.length * stepLength);
  const constants: number[] = [];
  const inputs: (readonly [number, number])[] = [];
  const constantPlaces: (readonly [number, number])[] = [];
  const put = (at: number, operand: Operand): void => {
    if (operand.from === "input") inputs.push([at, operand.index]);
    else if (operand.from === "register") write(place, words, at, inScratch(operand.index * registerSize));
    else constantPlaces.push([at, constants.push(floatWord(operand.value)) - 1]);
  };
  steps.forEach(({ operation, operands, to }, i) => {
    const at = i * stepLength;
    const position = operationNames.findIndex((name) => name === operation.name);
    if (position < 0) throw new RangeError(`compute: takes operations of this package, got "${operation.name}"`);
    words[at] = position;
    operands.forEach((operand, k) => put(at + 1 + k * place.length, operand));
    if (to >= 0) write(place, words, at + 1 + 3 * place.length, inScratch(to * registerSize));
  });
  const repeated = constants.flatMap((word) => [word, word, word, word]);
  return { steps: words, constants: Int32Array.from(repeated), inputs, constantPlaces };
}
