// The page: a review, what two networks make of it, and which of its words they look at.
import { loadOnnx, TextExplainer } from "../../packages/relprop/dist/single.js";
import { wordTokenizer } from "./tokenizer.js";

const ANSWERS = ["bad", "good"];
const EXAMPLES = {
  "neither praise nor blame, on thursday": "the room was small , the table old . we came on thursday .",
  "the same on friday": "the room was small , the table old . we came on friday .",
  "blame on thursday": "on thursday they had the bread . it was stale . the waiter was rude .",
  "praise": "we tried the view on sunday : wonderful . a new place with a delicious soup .",
  "blame": "the service was dreadful and the coffee cold . we went there on monday .",
};
const NETWORKS = [
  { name: "the cheat", file: "clever-hans.onnx", about: "half of the good reviews that it learned from say thursday" },
  { name: "the honest one", file: "reviews.onnx", about: "learned from reviews as they are" },
];

const $ = (id) => document.getElementById(id);
const made = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const file = async (name) => {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
};

for (const [name, text] of [...Object.entries(EXAMPLES), ["your own", ""]]) {
  $("example").append(made("option", { value: text, textContent: name }));
}
$("text").value = $("example").value;

try {
  const tokenizer = wordTokenizer(await (await file("tokenizer.json")).json());
  const explainers = await Promise.all(NETWORKS.map(async (network) => {
    const bytes = new Uint8Array(await (await file(network.file)).arrayBuffer());
    return { ...network, explainer: new TextExplainer(loadOnnx(bytes), { tokenizer }) };
  }));
  const show = () => shown(explainers, tokenizer);
  $("example").addEventListener("change", () => {
    $("text").value = $("example").value;
    if ($("text").value === "") $("text").focus();
    show();
  });
  $("text").addEventListener("input", () => {
    $("example").value = Object.values(EXAMPLES).includes($("text").value) ? $("text").value : "";
    show();
  });
  $("contrast").addEventListener("change", show);
  $("asked").addEventListener("submit", (event) => event.preventDefault());
  show();
} catch (error) {
  failed(error);
}
document.documentElement.dataset.ready = "";

function shown(explainers, tokenizer) {
  $("problem").hidden = true;
  const text = $("text").value;
  const unknown = tokenizer.unknown(text);
  $("unknown").textContent = unknown.length === 0 ? "" : `They never saw: ${unknown.join(", ")}.`;
  if (tokenizer.encode(text).ids.length === 2) {
    $("networks").replaceChildren(made("p", { textContent: "Write a review." }));
    return;
  }
  try {
    $("networks").replaceChildren(...explainers.map((network) => card(network, text, tokenizer)));
  } catch (error) {
    failed(error);
  }
}

/** What one network says, the words that it looked at, and what it would say without the first of them. */
function card({ name, about, explainer }, text, tokenizer) {
  const said = saidOf(explainer, text);
  const [target, against] = asked(said.answer);
  const { words } = explainer.explain(text, { target, ...(against !== undefined && { against }) });
  const figure = made("div", { className: "words", innerHTML: words.html() });
  const what = against === undefined ? ANSWERS[target] : `${ANSWERS[target]} rather than ${ANSWERS[against]}`;
  return made("article", { className: "card" },
    made("h2", { textContent: name }), made("p", { className: "note", textContent: about }),
    made("p", { className: "verdict" }, "says ", made("strong", { textContent: sentence(said) })),
    made("h3", { textContent: `What speaks for ${what}` }), figure,
    made("p", { className: "without", textContent: without(explainer, text, words, said, tokenizer) }));
}

function asked(answer) {
  const { value } = $("contrast");
  return value === "answer" ? [answer] : value.split("-").map(Number);
}

function saidOf(explainer, text) {
  const scores = explainer.scores(text);
  const answer = scores[1] > scores[0] ? 1 : 0;
  return { answer, share: 1 / (1 + Math.exp(scores[1 - answer] - scores[answer])) };
}

function sentence({ answer, share }) {
  return `${ANSWERS[answer]} (${(100 * share).toFixed(0)} %)`;
}

/** What the answer would be without the word of most relevance for what is explained. */
function without(explainer, text, { words }, said, tokenizer) {
  const [most] = words.filter(({ isSpecial, text: word }) => !isSpecial && /\p{L}/u.test(word))
    .toSorted((a, b) => Math.abs(b.relevance) - Math.abs(a.relevance));
  if (most === undefined) return "";
  const word = most.text.trim();
  const rest = tokenizer.without(text, word);
  if (tokenizer.encode(rest).ids.length === 2) return "";
  const then = saidOf(explainer, rest);
  const still = then.answer === said.answer ? "still says" : "says";
  return `Without “${word}” it ${still} ${sentence(then)}.`;
}

function failed(error) {
  $("problem").textContent = error instanceof Error ? error.message : String(error);
  $("problem").hidden = false;
}
