// The part of docs/models.md on transformers, made of what check-transformer.js found.
import { short } from "./short.js";

/** What of a row does not hold. */
export function complaintsOfTransformer({ output, gradient, relevance, residue, check }) {
  const found = [];
  const claim = (holds, otherwise) => void (holds || found.push(otherwise));
  claim(output < 1e-4, `the output is off by ${output}`);
  claim(gradient < 1e-4, `the gradient times the input is off by ${gradient}`);
  claim(relevance < 1e-4, `relevance is off by ${relevance} from the modified gradient times the input`);
  claim(residue < 1e-6, `the report leaves ${residue} unexplained`);
  claim(check, "the model check refuses it");
  return found;
}

const columns = [
  "network", "parameters", "file", "opset", "read", "forward", "explained", "output", "its own", "gradient", "its own",
  "AttnLRP", "its own", "residue",
];

/** The heading, the table and what its columns mean. */
export function transformersTable(rows) {
  const rules = columns.map((column) => (column === "network" ? "---" : "--:"));
  const table = [columns, rules, ...rows.map(cells)].map((row) => `| ${row.join(" | ")} |`);
  return `## Transformers

torchvision's ViT-B/16 and Swin-T, and BERT, GPT-2 and one like LLaMA as hubs have them, built by hand with
seeded random weights; batch and length are left free in the files. Compared at one text of 48 tokens and at two
of 21, the second padded where the network takes a mask (pictures: one and two); what is explained are the
largest outputs, of the last token that is not masked. The input is the picture, or the looked-up rows of the
tokens.

${table.join("\n")}

- **read, forward, explained**: as above, in seconds of the processor. *Explained* is a forward pass and
  \`attnLRP\` for one output of the one text.
- **output**: the largest difference from PyTorch in double precision, as a part of the largest value;
  **gradient**: that of the gradient times the input; **AttnLRP**: that of relevance, started from the output's
  value, from the modified gradient times the input (\`scripts/torchvision/modified.py\`). **Its own** is that
  of PyTorch in single precision.
- **residue**: by how much all parts of the report together miss what the explanation started with.
`;
}

function cells({ name, parameters, bytes, opset, seconds, output, ownError, gradient, relevance, ownErrors, residue }) {
  return [
    name,
    `${(parameters / 1e6).toFixed(parameters < 1e6 ? 2 : 1)} M`,
    `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`,
    opset,
    ...[seconds.reading, seconds.forward, seconds.explaining].map((time) => time.toFixed(2)),
    ...[output, ownError, gradient, ownErrors.gradient, relevance, ownErrors.relevance, residue].map(short),
  ];
}
