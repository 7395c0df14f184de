// The studio: a model and an input are dropped, the page shows what the network says, why, and where relevance runs.
import { ask } from "./ask.js";
import { element, percent } from "./element.js";
import { explanationCard, failedCard, inputCard, scoresCard } from "./explanations.js";
import { takeFiles } from "./files.js";
import { GraphView } from "./graph-view.js";
import { showNode } from "./node-panel.js";

const $ = (id) => document.getElementById(id);
const usual = { epsilon: 1e-6, gamma: 0.25, alpha: 2, beta: 1, low: -1, high: 1 };
const state = { model: undefined, input: undefined, changes: [], node: undefined, flow: undefined, labels: undefined };
const graph = new GraphView($("graph"), $("graph-said"), (name) => busy(`looking at ${name}`, () => showChosen(name)));
let [turn, working] = [0, 0];

takeFiles({ model: openModel, input: giveInput, labels: giveLabels, complain });
$("target").addEventListener("change", () => explain());
$("fit").addEventListener("change", () => state.given && giveInput(state.given));
$("composites").addEventListener("change", () => explain());
$("active").addEventListener("change", () => {
  state.changes = [];
  void explain();
});
$("find").addEventListener("change", ({ target }) => {
  if (graph.find(target.value)) $("graph").focus();
});
$("zoom-in").addEventListener("click", () => graph.zoom(1.3));
$("zoom-out").addEventListener("click", () => graph.zoom(1 / 1.3));
$("whole").addEventListener("click", () => graph.whole());
$("unfold").addEventListener("click", () => graph.unfold());
$("fold").addEventListener("click", () => graph.fold());
document.documentElement.dataset.open = "";
await takeGiven();

/** What `relprop view` was started with. */
async function takeGiven() {
  if (!new URL(location.href).searchParams.has("given")) return;
  const said = await (await fetch("given.json")).json();
  const bytes = async ({ name, path }) =>
    ({ name, bytes: new Uint8Array(await (await fetch(path)).arrayBuffer()) });
  if (said.labels) await giveLabels(said.labels);
  if (said.fit) $("fit").value = said.fit;
  if (said.model) await openModel(await Promise.all(said.model.map(bytes)));
  if (said.input && state.model) await giveInput(await bytes(said.input));
}

/** Whether the model in these files could be opened. */
async function openModel(files) {
  turn++;
  const isOpen = await busy(`reading ${files[0].name}`, async () => {
    const model = await ask({ ask: "open", files });
    Object.assign(state, { model, input: undefined, changes: [], node: undefined, flow: undefined });
    document.documentElement.dataset.ready = "";
    $("model-name").replaceChildren(element("strong", {}, model.name), ` ${model.nodes} nodes, `,
      `${(model.parameters / 1e6).toPrecision(3)} M parameters; takes ${model.inputs.join(" and ")}`);
    $("typed").hidden = model.takes === "picture";
    $("fit-choice").hidden = model.takes !== "picture";
    document.querySelector("[for=typed-text]").textContent = model.takes === "text"
      ? `${model.hasWords ? "A text, or token" : "Token"} ids by commas or lines${
        model.hasWords ? "" : "; drop the tokenizer.json beside the model for words"}`
      : "Numbers, by commas or lines; names of features in a line before them";
    const shown = new Set([model.suits, ...(model.takes === "picture" ? ["epsilon-gamma-box", "lrp-0"] : ["lrp-0"])]);
    $("composites").replaceChildren(...model.composites.map((name) => element("label", {},
      element("input", { type: "checkbox", name, checked: shown.has(name) }), ` ${name}`)));
    $("active").replaceChildren(...model.composites.map((name) =>
      element("option", { value: name, selected: name === model.suits }, name)));
    $("target").replaceChildren(element("option", { value: "max" }, "the largest output"));
    $("names").replaceChildren();
    for (const value of namesOf(model.tree)) $("names").append(element("option", { value }));
    $("network").hidden = false;
    $("answer").hidden = true;
    $("node").replaceChildren(element("p", { class: "faint" }, "Give an input; then choose a node."));
    graph.show(model.tree);
    if (state.labels) await ask({ ask: "name", labels: state.labels });
  });
  if (isOpen && state.given && state.model.takes === state.given.takes) await giveInput(state.given);
  return isOpen;
}

function namesOf(item) {
  return item.children === undefined ? [item.id] : item.children.flatMap(namesOf);
}

async function giveLabels({ name, labels }) {
  state.labels = labels;
  $("labels-name").replaceChildren(element("strong", {}, name), ` ${labels.length} names`);
  if (!state.model) return;
  await ask({ ask: "name", labels });
  if (state.input) await explain();
}

async function giveInput(given) {
  if (!state.model) return complain(new Error("give a model first, then its input"));
  turn++;
  await busy(`reading ${given.name}`, async () => {
    state.input = await ask({ ask: "give", given, fit: $("fit").value });
    state.given = { ...given, takes: state.model.takes };
    $("input-name").replaceChildren(element("strong", {}, given.name), ` as ${state.input.shape}`);
    $("answer").hidden = false;
    if (state.node === undefined) $("node").replaceChildren(element("p", { class: "faint" }, "Choose a node."));
  });
  if (state.input) await explain();
}

function asked(composite = $("active").value, changes = state.changes) {
  return { composite, target: $("target").value, changes };
}

/** Everything that follows from the input, one part after another; what was begun before is dropped. */
async function explain() {
  if (!state.input) return;
  const mine = ++turn;
  const begun = performance.now();
  const active = $("active").value;
  const ticked = [...$("composites").querySelectorAll(":checked")].map(({ name }) => name);
  const names = [active, ...ticked.filter((name) => name !== active)];
  const cards = [inputCard(state.input)];
  const show = () => $("explanations").replaceChildren(...cards);
  await busy("explaining", async () => {
    for (const name of names) {
      const isActive = name === active;
      const titled = state.changes.length > 0 && isActive ? `${name}, changed` : name;
      try {
        const card = await ask({
          ask: "explain", asked: { ...asked(name, isActive ? state.changes : []), flow: isActive },
        });
        if (mine !== turn) return;
        if (isActive) {
          cards.push(scoresCard(card.scores));
          showTargets(card.scores);
          state.flow = card.flow;
          graph.color(card.flow);
          document.documentElement.dataset.explained = (performance.now() - begun).toFixed(1);
        }
        cards.push(explanationCard(titled, card.shown, card));
        if (card.difference) cards.push(explanationCard("difference", card.difference, { note: "changed − before" }));
      } catch (error) {
        if (mine !== turn) return;
        cards.push(failedCard(titled, error.message));
      }
      show();
    }
    if (state.node) await showChosen(state.node);
    document.documentElement.dataset.done = mine;
  });
}

function showTargets(scores) {
  const { value } = $("target");
  const known = new Map([["max", "the largest output"]]);
  if (value !== "max") known.set(value, value);
  for (const { index, label, share } of scores) {
    known.set(String(index), share === undefined ? label : `${label} (${percent(share)})`);
  }
  $("target").replaceChildren(...[...known].map(([at, text]) =>
    element("option", { value: at, selected: at === value }, text)));
}

async function showChosen(name) {
  state.node = name;
  if (!state.input) return;
  const inputs = state.model.inputs.some((input) => input.split(" ")[0] === name);
  if (inputs) return $("node").replaceChildren(element("h3", {}, name), element("p", { class: "faint" }, "an input"));
  const card = await ask({ ask: "node", node: name, asked: asked() });
  if (state.node !== name) return;
  const row = state.flow?.rows.find(({ node }) => node === name);
  showNode($("node"), card, row, {
    rules: state.model.rules, usual, isChanged: state.changes.length > 0,
    change: ({ rule, options, everyKind }) => {
      const nodes = everyKind ? kindsOf(state.model.tree).get(card.kind) : [name];
      state.changes = [...state.changes.filter((each) => each.nodes.join() !== nodes.join()), { rule, options, nodes }];
      void explain();
    },
    restore: () => {
      state.changes = [];
      void explain();
    },
  });
}

/** The names of the nodes of each kind. */
function kindsOf(tree, found = new Map()) {
  for (const child of tree.children) {
    if (child.children !== undefined) kindsOf(child, found);
    else found.set(child.node.kind, [...(found.get(child.node.kind) ?? []), child.id]);
  }
  return found;
}

/** Whether it was done; if not, the page says why. */
async function busy(what, work) {
  $("status").textContent = `${what} …`;
  $("problem").hidden = true;
  document.body.setAttribute("aria-busy", "true");
  working++;
  try {
    await work();
    return true;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    if (--working === 0) {
      $("status").textContent = "";
      document.body.removeAttribute("aria-busy");
    }
  }
}

function complain(error) {
  $("problem").textContent = error.message;
  $("problem").hidden = false;
}
