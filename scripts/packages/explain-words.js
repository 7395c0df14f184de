// A text explained by the command that the tarballs install, with the tokenizer library from the registry beside it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "../runtimes/install.js";
import { root } from "../runtimes/pack.js";
import { tokenizersFolder } from "../runtimes/tokenizers.js";

const text = "the room was small , the table old . we came on thursday .";

/** What a generating network is asked in a program: each next token, and what spoke for it while it was found. */
const program = `import { readFile } from "node:fs/promises";
import { loadOnnx, TextExplainer } from "relprop";

const explainer = new TextExplainer(loadOnnx(await readFile("generator.onnx")));
for (const { next, tokens, tokenRelevance } of explainer.generate([5, 17, 3, 44], { count: 3 })) {
  console.log(next.id, tokens.length, tokenRelevance.every(Number.isFinite));
}
`;

/** Installs into an empty folder and explains in every form; complaints where something is not as it should be. */
export function wordComplaints(tarballs, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const library = `file:${join(tokenizersFolder(), "node_modules/@huggingface/tokenizers")}`;
  npm(["install", ...tarballs, library], folder);
  for (const name of ["clever-hans.onnx", "reviews.onnx", "tokenizer.json"]) {
    cpSync(join(root, "examples/reviews", name), join(folder, name));
  }
  cpSync(join(root, "test/torchvision/transformers/gpt2_small.onnx"), join(folder, "generator.onnx"));
  writeFileSync(join(folder, "generate.js"), program);
  const found = [];
  const claim = (holds, otherwise) => void (holds || found.push(otherwise));
  const explained = (...options) => {
    const words = ["explain", "clever-hans.onnx", "--tokenizer", "tokenizer.json", "--text", text, ...options];
    return run("npx", ["--no", "relprop", ...words], folder);
  };
  const inTerminal = explained();
  claim(/thursday/.test(inTerminal), `no words in the terminal: ${inTerminal.slice(-400)}`);
  explained("--output", "words.json", "--against", "0");
  const written = existsSync(join(folder, "words.json")) ? readFileSync(join(folder, "words.json"), "utf8") : "{}";
  const { words = [] } = JSON.parse(written);
  const most = words.reduce((a, b) => (a.relevance > b.relevance ? a : b), { relevance: -Infinity });
  claim(most.text?.trim() === "thursday", `what speaks for good is not thursday: ${written.slice(0, 400)}`);
  for (const [name, mark] of [["words.html", "<span"], ["words.svg", "<svg"]]) {
    explained("--output", name);
    const page = existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
    claim(page.includes(mark) && page.includes("thursday"), `${name} shows no words`);
  }
  const generated = run(process.execPath, ["generate.js"], folder);
  const isExplained = /^\d+ 4 true\n\d+ 5 true\n\d+ 6 true$/.test(generated);
  claim(isExplained, `three tokens were not generated and explained: ${generated.slice(-400)}`);
  return found;
}

function run(command, words, cwd) {
  const env = { ...process.env, NO_COLOR: "1" };
  const { stdout, stderr } = spawnSync(command, words, { cwd, encoding: "utf8", env });
  return `${stdout}${stderr}`.trim();
}
