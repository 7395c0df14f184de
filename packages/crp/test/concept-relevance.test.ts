/** Measures of channels, per sample and per class, and how far down they look. */
import { chain, Conv, Dense, Flatten, relu } from "@relprop/layers";
import { epsilon, LRP, type Tape } from "@relprop/lrp";
import { relativeError, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { channelRelevance, conceptRelevance } from "@relprop/crp";
import { seeded } from "./random.ts";

const filled = seeded(11);

const model = chain({
  low: new Conv(filled(3, 1, 3, 3)), act: relu, high: new Conv(filled(4, 3, 3, 3)),
  out: chain(relu, new Flatten(), new Dense(filled(5, 16))),
});
const lrp = new LRP(model, epsilon(1e-3));
const batch = filled(2, 1, 6, 6);

describe("the relevance of concepts", () => {
  test.each(["sum", "absSum", "max"] as const)("by %s is that of the nodes' channels in an analysis", (by) => {
    const measured = conceptRelevance(lrp, batch, ["high", "low"], { by, target: 3 });
    const { layers } = lrp.analyze(batch, { target: 3, layers: ["high", "low"] });
    const tape = lrp.forward(batch);
    expect([...measured.keys()]).toEqual(["high", "low"]);
    for (const [node, { relevance, activation }] of measured) {
      expect(relevance).toEqual(channelRelevance(layers.get(node)!, by));
      expect(activation).toEqual(channelRelevance(tape.value(node), by));
    }
  });

  test("normalised is the share of each channel in its sample", () => {
    const plain = conceptRelevance(lrp, batch, ["low"]).get("low")!.relevance;
    const { relevance } = conceptRelevance(lrp, batch, ["low"], { normalize: true }).get("low")!;
    for (const n of [0, 1]) {
      const row = [...plain.rows(n, n + 1).data];
      const total = row.reduce((sum, value) => sum + Math.abs(value), 0);
      expect(relativeError(relevance.rows(n, n + 1).data, row.map((value) => value / total))).toBeLessThan(1e-7);
    }
  });

  test("per class takes one forward pass for all of them", () => {
    const tape = lrp.forward(batch);
    const each = [0, 1, 2].map((target) => conceptRelevance(lrp, tape, ["low"], { target }).get("low")!.relevance);
    const all = conceptRelevance(lrp, tape, ["low"], { target: { sum: [0, 1, 2] } }).get("low")!.relevance;
    const total = all.data.map((_, i) => each.reduce((sum, { data }) => sum + data[i]!, 0));
    expect(relativeError(total, all.data)).toBeLessThan(1e-5);
  });

  test("stops at the lowest node it needs, and is zero where relevance does not come by", () => {
    const visited: string[] = [];
    const spy = new LRP(model, epsilon(1e-3));
    const backward = spy.backward.bind(spy);
    spy.backward = (tape: Tape, start, options) => backward(tape, start, { ...options, visit: (name, relevance) => {
      visited.push(name);
      options?.visit?.(name, relevance);
    } });
    conceptRelevance(spy, batch, ["high"]);
    expect(visited).toEqual(["out.2", "out.1", "out.0", "high"]);
    const nothing = new Tensor([2, 5], new Float32Array(10));
    const none = conceptRelevance(lrp, batch, ["low"], { target: nothing, normalize: true });
    expect([...none.get("low")!.relevance.data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("names a node that does not exist", () => {
    expect(() => conceptRelevance(lrp, batch, ["hihg"])).toThrow('takes the name of a node, got "hihg"');
  });
});
