// docs/models.md, made of what check-network.js, given_kinks.py and check-transformer.js found.
import { short } from "./short.js";

/** Where the part on transformers begins. */
export const transformersHeading = "## Transformers";

/** What of a row does not hold. */
export function complaints({ output, check, conservation, withoutBias, kinks }) {
  const found = [];
  const claim = (holds, otherwise) => void (holds || found.push(otherwise));
  claim(output < 1e-4, `the output is off by ${output}`);
  claim(check.passed, "the model check refuses it");
  claim(Math.abs(conservation.residue) < 1e-6, `the report leaves ${conservation.residue} unexplained`);
  claim(Math.abs(conservation.other) < 1e-4, `${conservation.other} went no one knows where`);
  claim(conservation.warnings.length === 0, conservation.warnings.join("; "));
  if (withoutBias !== undefined) {
    claim(withoutBias.output < 1e-4, `the output without biases is off by ${withoutBias.output}`);
    claim(withoutBias.stabilized < 1e-3, `the stabiliser moves LRP-0 by ${withoutBias.stabilized}`);
    claim(kinks.error < 1e-4, `LRP-0 is off by ${kinks.error} from the gradient times the input`);
    claim(kinks.farthest < 1e-3, `a ReLU or maximum takes the other side at ${kinks.farthest} from its kink`);
  }
  return found;
}

const columns = [
  "network", "parameters", "file", "read", "forward", "explained", "output", "its own", "check", "LRP-0", "kinks",
  "input", "biases", "dead", "residue",
];

/** The page up to its part on transformers. */
export function networksPart(rows) {
  const rules = columns.map((column) => (column === "network" || column === "check" ? "---" : "--:"));
  const table = [columns, rules, ...rows.map(cells)].map((row) => `| ${row.join(" | ")} |`);
  const advice = [...new Set(rows.flatMap(({ check }) => check.advice))];
  const most = (number) => short(Math.max(...rows.map((row) => number(row) ?? 0)));
  return `# Networks that were tried

torchvision's networks at their full size, transformers and three of other kinds, with seeded random weights,
exported by PyTorch's own exporter, read by \`loadOnnx\`, explained, and compared with PyTorch. \`npm run
torchvision\` makes this page; [scripts/torchvision](../scripts/torchvision) says what it needs. Small variants
of all of them are part of \`npm test\`.

${table.join("\n")}

- **read, forward, explained**: seconds on one thread of the machine that wrote the page, first runs in a fresh
  process. *Explained* is a forward pass and \`epsilonPlus\` for one output of one input.
- **output**: the largest difference from PyTorch in double precision, as a part of the largest value; **its own**: that
  of PyTorch in single precision.
- **check**: what \`relprop check\` says: ✓, and for how many nodes it has advice.
- **LRP-0**: of the network without biases (and without means and shifts of normalisation, with ReLU for ReLU6), started
  from the output's value, against PyTorch's gradient times the input, as for the output. It holds for networks that are
  linear between their ReLUs; the others (–) have products, SiLU, HardSwish or GELU. Without a stabiliser: the usual one
  of 10⁻⁹ weakens what passes units of nearly 0, and moves the result by
  ${most((row) => row.withoutBias?.stabilized)} at most.
- **kinks**: units whose ReLU or maximum fell on the other side than in double precision. The gradient jumps there: it
  is compared on the linear piece that was computed on, after making sure that sides differ within
  ${most((row) => row.kinks?.farthest)} of the kink only, relative to the root mean square of the layer.
- **input, biases, dead**: where \`epsilonPlus\` says the relevance went, as parts of what it started with: onto the
  input, into biases, and to outputs without a positive contribution to give it to. Random weights have more of the
  latter two than trained ones, deep networks most of all. **Residue**: by how much all parts of the report together
  miss what it started with.

${advice.length === 0 ? "" : `What the check advises:\n\n${advice.map((text) => `- ${text}`).join("\n")}\n`}`;
}

function cells({ name, parameters, bytes, seconds, output, ownError, check, conservation, kinks }) {
  const { arrived, bias, dead, residue } = conservation;
  return [
    name,
    `${(parameters / 1e6).toFixed(parameters < 1e6 ? 2 : 1)} M`,
    `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`,
    ...[seconds.reading, seconds.forward, seconds.explaining].map((time) => time.toFixed(2)),
    short(output),
    short(ownError),
    check.advised === 0 ? "✓" : `✓, ${check.advised} of ${check.nodes}`,
    kinks === undefined ? "–" : short(kinks.error),
    kinks === undefined ? "–" : `${kinks.differing} of ${(kinks.units / 1e6).toFixed(kinks.units < 1e5 ? 3 : 1)} M`,
    ...[arrived, bias, dead].map((part) => part.toFixed(4).replace("-", "−")),
    short(residue),
  ];
}
