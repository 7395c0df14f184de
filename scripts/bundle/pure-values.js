/**
 * Marks values that are computed when a module runs as made for themselves. Importing a package does nothing, so who
 * does not need a value need not make it; but bundlers cannot see that for calls, properties, sums and spreads.
 */
export function pureValues() {
  return {
    name: "pure-values",
    transform: {
      filter: { id: /\.ts$/ },
      handler(code) {
        const values = this.parse(code, { lang: "ts" }).body.flatMap(valuesOf).filter(isComputed);
        const marked = values.sort((a, b) => b.start - a.start).reduce((text, { start, end }) =>
          `${text.slice(0, start)}/* @__PURE__ */ (() => (${text.slice(start, end)}))()${text.slice(end)}`, code);
        // Lines stay where they were; the columns of these few move.
        return { code: marked, map: null };
      },
    },
  };
}

/** What a statement sets variables and static members to. */
function valuesOf(statement) {
  const { type, declarations, body } = statement.declaration ?? statement;
  if (type === "VariableDeclaration") return declarations.flatMap(({ init }) => init ?? []);
  if (type !== "ClassDeclaration") return [];
  return body.body.filter((member) => member.static && member.type === "PropertyDefinition").map(({ value }) => value);
}

function isComputed(node) {
  if (/Function|^TS/.test(node.type)) return node.expression?.type !== undefined && isComputed(node.expression);
  if (/^(Binary|Call|New|Member)Expression$|^SpreadElement$/.test(node.type)) return true;
  return Object.values(node).flat().some((part) => typeof part?.type === "string" && isComputed(part));
}
