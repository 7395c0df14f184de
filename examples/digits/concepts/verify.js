// Whether one pass of `collect` finds exactly what a naive double loop over samples and channels finds:
// node examples/digits/concepts/verify.js [HOW MANY DIGITS]
import { channelRelevance } from "relprop";
import { analyzer, collected, nodes, samples } from "./statistics.js";

const TOP = 40;
const [lrp, list] = [await analyzer(), await samples(Number(process.argv[2] ?? Infinity))];
const statistics = await collected(lrp, list);

// Everything there is to know, by plain analyses that are kept in memory.
const seen = list.map(({ id, input }) => {
  const tape = lrp.forward(input);
  const { layers, target } = lrp.analyze(tape, { layers: nodes, start: "value" });
  const tensors = new Map(nodes.map((node) => [node, { relevance: layers.get(node), activation: tape.value(node) }]));
  return { id, label: target[0], tensors };
});

/** Where a channel is largest; the first place on ties. */
function strongest({ data, shape: [, channels] }, channel) {
  const size = data.length / channels;
  let best = 0;
  for (let i = 1; i < size; i++) if (data[channel * size + i] > data[channel * size + best]) best = i;
  return best;
}

let compared = 0;
for (const node of nodes) {
  for (const quantity of ["relevance", "activation"]) {
    const measured = seen.map(({ id, label, tensors }) => {
      const tensor = tensors.get(node)[quantity];
      return { id, label, tensor, values: channelRelevance(tensor).data };
    });
    for (const label of [-1, ...new Set(seen.map((sample) => sample.label))]) {
      const rows = measured.filter((row) => label === -1 || row.label === label);
      statistics.channels(node, quantity, label).forEach((channel, c) => {
        // A float times 2^149 is whole, and a double holds it: sums without rounding.
        const units = rows.reduce((sum, { values }) => sum + BigInt(values[c] * 2 ** 149), 0n);
        const order = rows.toSorted((a, b) => b.values[c] - a.values[c] || a.id - b.id).slice(0, TOP);
        const references = order.map(({ id, tensor, values }) => `${id} ${strongest(tensor, c)} ${values[c]}`);
        const found = channel.references.map(({ sample, position, value }) => `${sample} ${position} ${value}`);
        if (channel.count !== rows.length || channel.units !== units || `${found}` !== `${references}`) {
          throw new Error(`${node} ${quantity}, class ${label}, channel ${c}: ${found} instead of ${references}`);
        }
        compared += 1;
      });
    }
  }
}
console.log(`${compared} channels over ${list.length} digits are exactly those of a double loop`);
