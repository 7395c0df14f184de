/** What the console prints of results: what they say, not how they are made. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { chain, Dense, relu } from "@relprop/layers";
import { checkModel, epsilonPlus, LRP } from "@relprop/lrp";
import { tensor } from "@relprop/tensor";

const lrp = new LRP(chain(new Dense(tensor([1, -2, 3, 4], [2, 2])), relu), epsilonPlus());
const { conservation } = lrp.analyze(tensor([[1, 2]]));

test.each([["rules", lrp.rules], ["a check", checkModel(lrp.model)], ["where relevance went", conservation]])(
  "of %s, their tables", (_, result) => {
    expect(inspect(result)).toBe(`${result}`);
    expect(inspect({ result })).toContain(`${result}`.split("\n")[0]!.trim().split(" ")[0]!);
    expect(Object.keys(result)).not.toContain("text");
  },
);

test("in colour where the console has some", () => {
  expect(inspect(lrp.rules, { colors: true })).toBe(lrp.rules.format({ color: true }));
  expect(inspect(lrp.rules, { colors: true })).toContain("\u001b[");
});
