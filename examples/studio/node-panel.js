// What is known of one node: its rule, where its relevance went, its concepts; and a form to change the rule.
import { canvasOf, element, number, percent } from "./element.js";
import { shownRelevance } from "./explanations.js";

const causes = [["out", "goes on"], ["bias", "in biases"], ["stabilizer", "in the stabiliser"], ["dead", "dead"],
  ["ended", "ended"], ["other", "otherwise"]];

/** Fills the panel. `change` is called with a rule, its options, and whether all of the kind are meant. */
export function showNode(panel, card, row, { rules, usual, isChanged, change, restore }) {
  const { name, kind, shape, rule, options } = card;
  panel.replaceChildren(
    element("h3", {}, name),
    element("p", { class: "faint" }, `${kind}, ${shape}`),
    ruleForm(card, { rules, usual, isChanged, change, restore }),
    element("h4", {}, "Balance"),
    row === undefined ? element("p", { class: "faint" }, "No relevance comes here.") : balance(row),
    ...card.map === undefined ? [] : [
      element("h4", {}, "Relevance where it stands"),
      element("div", { class: "map" }, canvasOf(card.map, `relevance at ${name}, channels added up`)),
    ],
    element("h4", {}, "Concepts"),
    card.concepts.length === 0
      ? element("p", { class: "faint" }, card.without ?? "none")
      : element("div", { class: "concepts" }, ...card.concepts.map((concept) => conceptCard(concept))),
  );
  panel.dataset.node = name;
  panel.dataset.rule = rule + JSON.stringify(options);
}

function balance(row) {
  const told = causes.filter(([key], i) => i === 0 || Math.abs(row[key]) > 1e-4 * Math.abs(row.in));
  const rows = told.map(([key, name]) => {
    const bar = element("span", { class: `fill ${row[key] < 0 ? "against" : "for"}` });
    bar.style.inlineSize = `${100 * Math.min(1, Math.abs(row[key] / row.in))}%`;
    return element("li", {}, element("span", { class: "label" }, name),
      element("span", { class: "value" }, number(row[key])), element("span", { class: "bar" }, bar));
  });
  return element("div", { class: "scores" },
    element("p", {}, `${number(row.in)} comes from above.`), element("ol", {}, ...rows));
}

function conceptCard({ id, share, shown }) {
  return element("figure", {}, shownRelevance(shown, `relevance through channel ${id}`),
    element("figcaption", {}, `no. ${id} `, element("span", { class: "faint" }, percent(share))));
}

function ruleForm({ kind, rule, options, takes }, { rules, usual, isChanged, change, restore }) {
  const names = takes.includes(rule) ? takes : [rule, ...takes];
  const choice = element("select", { id: "rule", name: "rule" },
    ...names.map((name) => element("option", { value: name, selected: name === rule }, name)));
  const fields = element("span", { class: "fields" });
  const scope = element("select", { name: "scope" },
    element("option", { value: "node" }, "this node"), element("option", { value: "kind" }, `every ${kind}`));
  const said = () => {
    const given = {};
    for (const field of fields.querySelectorAll("input, select")) {
      if (field.value === "") continue;
      given[field.name] = field.type === "number" ? Number(field.value) : field.value;
    }
    return given;
  };
  const show = () => {
    fields.replaceChildren(...(rules[choice.value] ?? []).flatMap((option) => {
      const now = choice.value === rule ? options[option] : usual[option];
      const label = (field) => [element("label", {}, `${option} `, field)];
      if (option === "bias") {
        const modes = ["absorbed", "ignored", "redistributed"];
        return label(element("select", { name: option }, ...modes.map((mode) =>
          element("option", { value: mode, selected: mode === (now ?? "absorbed") }, mode))));
      }
      if (usual[option] === undefined || (now !== undefined && typeof now !== "number")) return [];
      return label(element("input", { type: "number", step: "any", name: option, value: now ?? usual[option] }));
    }));
  };
  show();
  const send = () => change({ rule: choice.value, options: said(), everyKind: scope.value === "kind" });
  choice.addEventListener("change", () => {
    show();
    send();
  });
  fields.addEventListener("change", send);
  scope.addEventListener("change", send);
  return element("form", { class: "rule", submit: (event) => event.preventDefault() },
    element("label", {}, "Rule ", choice), fields, element("label", {}, "for ", scope),
    element("button", { type: "button", disabled: !isChanged, click: restore }, "Undo all changes"));
}
