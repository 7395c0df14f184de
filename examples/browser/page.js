// A digit is drawn; the page says which one it is, what speaks for each class, and by which concepts.
import { CRP, decodeImage, heatmap, imageToTensor, loadOnnx, LRP, prepare, presets, Tensor, topN } from "relprop";
import { kernels } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { Paper } from "./paper.js";

const digits = "../digits/";
const labels = Array.from({ length: 10 }, (_, label) => label);
const conceptNode = "features.4";
const $ = (id) => document.getElementById(id);

const bytes = async (path) => new Uint8Array(await (await fetch(new URL(path, import.meta.url))).arrayBuffer());

useSimd();
const lrp = new LRP(prepare(loadOnnx(await bytes(`${digits}digits.onnx`))), presets["epsilon-plus-flat"]());
const crp = new CRP(lrp, conceptNode, topN(4));
let chosen; // a class, or undefined for the most likely one
let due = false;

const cards = labels.map((label) => {
  const card = element("button", { type: "button", className: "card" });
  card.setAttribute("role", "radio");
  card.innerHTML = `<strong>${label}</strong> <span class="share"></span><canvas width="32" height="32"></canvas>
    <div class="bar"><span></span></div>`;
  card.addEventListener("click", () => choose(label));
  $("classes").append(card);
  return card;
});

const paper = new Paper($("paper"), refresh);
$("clear").addEventListener("click", () => paper.clear());
$("undo").addEventListener("click", () => paper.undo());
$("eraser").addEventListener("change", (event) => (paper.erasing = event.target.checked));
for (const label of labels) $("example").append(element("option", { value: `${label}-a`, textContent: `${label}` }));
$("example").addEventListener("change", ({ target }) => target.value && show(target.value));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    return paper.undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
  if (/^\d$/.test(event.key)) choose(Number(event.key));
  else if (event.key.toLowerCase() === "c") paper.clear();
});
const asked = new URL(location.href).searchParams.get("digit") ?? "4-a";
if (asked === "none") refresh();
else await show(asked);

async function show(name) {
  const known = /^\d-[ab]$/.test(name) ? name : "4-a";
  const image = await decodeImage(await bytes(`${digits}images/${known}.png`));
  paper.put(imageToTensor(image, { channels: 1 }).data);
}

function choose(label) {
  chosen = chosen === label ? undefined : label;
  refresh();
}

/** Explains at the next frame, however many steps a stroke took until then. */
function refresh() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    explain();
  });
}

/** An empty paper shows neither a verdict nor heatmaps: the network would name a class of it all the same. */
function showNothing() {
  $("verdict").textContent = "Nothing is drawn yet: draw a digit, or choose an example.";
  for (const [label, card] of cards.entries()) {
    card.setAttribute("aria-checked", `${label === chosen}`);
    card.setAttribute("aria-label", `${label}`);
    card.querySelector(".share").textContent = "–";
    card.querySelector(".bar span").style.width = "0";
    wipe(card.querySelector("canvas"));
  }
  for (const id of ["about", "time"]) $(id).textContent = "";
  $("concepts").replaceChildren();
}

function explain() {
  const isEmpty = !paper.ink.some((value) => value > 0);
  $("hint").hidden = !isEmpty;
  $("clear").disabled = isEmpty;
  $("undo").disabled = !paper.canUndo;
  if (isEmpty) return showNothing();
  const began = performance.now();
  const input = new Tensor([1, 1, 32, 32], Float32Array.from(paper.ink));
  const tape = lrp.forward(input);
  const each = lrp.analyzeAll(tape, { targets: labels });
  const shares = softmax(each[0].output.data);
  const best = shares.indexOf(Math.max(...shares));
  const label = chosen ?? best;
  const { concepts } = crp.concepts(tape, { target: label });
  const computed = performance.now() - began;

  $("verdict").textContent = `This is a ${best} (${percent(shares[best])}).`;
  each.forEach(({ relevance }, i) => {
    const card = cards[i];
    card.setAttribute("aria-checked", `${i === label}`);
    card.setAttribute("aria-label", `${i}: ${percent(shares[i])}`);
    card.querySelector(".share").textContent = percent(shares[i]);
    card.querySelector(".bar span").style.width = `${100 * shares[i]}%`;
    draw(card.querySelector("canvas"), relevance);
  });
  $("about").textContent = `The channels of ${conceptNode} that carry most of what speaks for ${label}.`;
  $("concepts").replaceChildren(...concepts.map(conceptCard));
  const all = performance.now() - began;
  $("time").textContent = `${each.length} classes and ${concepts.length} concepts in ${computed.toFixed(1)} ms, `
    + `${all.toFixed(1)} ms with drawing, on ${kernels().name} kernels.`;
  document.documentElement.dataset.milliseconds = all.toFixed(1);
}

function conceptCard({ ids, atNode, relevance }) {
  const card = element("div", { className: "card" });
  const carried = element("span", { className: "share", textContent: percent(atNode[0]) });
  card.append(element("strong", { textContent: `no. ${ids[0]}` }), " ", carried);
  const canvas = element("canvas", { width: 32, height: 32 });
  draw(canvas, relevance);
  card.append(canvas);
  return card;
}

function draw(canvas, relevance) {
  const { width, height, data } = heatmap(relevance).rgba();
  canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  canvas.dataset.drawn = "";
}

function wipe(canvas) {
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  delete canvas.dataset.drawn;
}

function softmax(scores) {
  const top = Math.max(...scores);
  const weights = Array.from(scores, (score) => Math.exp(score - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

function percent(part) {
  return `${(100 * part).toFixed(part > 0.0995 ? 0 : 1)} %`;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
