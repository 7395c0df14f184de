/** A compiled module taken apart: its statements, what they declare and mention, and what goes in and out. */
import { parseAst } from "vitest/node";

/**
 * The parts of a module. `imports` go by local name, `exports` by the name others use. Of a statement, `names` are the
 * places of identifiers that refer to something, `calls` those of calls that run when the module does. `removed` are
 * the places of what goes in and out, and of comments; `inTemplate` the numbers of lines that begin inside a template,
 * where spaces count.
 */
export function takeApart(text) {
  const module = { text, statements: [], imports: new Map(), exports: new Map(), passedOn: [], removed: [] };
  for (const statement of parseAst(text).body) takeStatement(statement, module);
  const texts = module.statements.flatMap((statement) => statement.texts);
  module.removed.push(...commentsOf(text, [...texts, ...module.removed]));
  const inTemplate = new Set(texts.flatMap(([start, end]) => linesWithin(text, start, end)));
  return { ...module, inTemplate, declared: new Set(module.statements.flatMap(({ declares }) => declares)) };
}

/** The places of comments, which begin nowhere inside these texts. */
function commentsOf(text, texts) {
  const ends = new Map(texts.filter(([start, end]) => end > start));
  const found = [];
  for (let at = 0; at < text.length; at = ends.get(at) ?? at + 1) {
    const [line, block] = ["//", "/*"].map((mark) => text.startsWith(mark, at));
    if (!line && !block) continue;
    const end = text.indexOf(line ? "\n" : "*/", at);
    found.push([at, end < 0 ? text.length : line ? end : end + 2]);
    at = found.at(-1)[1] - 1;
  }
  return found;
}

function takeStatement(statement, module) {
  const { type, source, specifiers, declaration, start, end } = statement;
  if (/^Export(All|Default)Declaration$/.test(type)) throw new TypeError(`bundle: takes names, got ${type}`);
  if (type === "ImportDeclaration") {
    module.removed.push([start, end]);
    // An import for its effect alone has no names, but keeps its place in the order.
    if (specifiers.length === 0) module.passedOn.push({ from: source.value });
    for (const { type: form, imported, local } of specifiers) {
      if (form === "ImportNamespaceSpecifier") throw new TypeError(`bundle: got ${form}`);
      module.imports.set(local.name, { from: source.value, name: imported?.name ?? "default" });
    }
  } else if (type === "ExportNamedDeclaration" && declaration === null) {
    module.removed.push([start, end]);
    for (const { exported, local } of specifiers) {
      if (source === null) module.exports.set(exported.name, local.name);
      else module.passedOn.push({ from: source.value, name: local.name, as: exported.name });
    }
  } else {
    const inner = declaration ?? statement;
    const taken = { start, end, declares: declaredBy(inner), names: [], calls: [], texts: [] };
    module.statements.push(taken);
    visit(inner, undefined, taken, inner.type === "VariableDeclaration");
    if (declaration === undefined) return;
    for (const name of taken.declares) module.exports.set(name, name);
    module.removed.push([start, declaration.start]);
  }
}

function linesWithin(text, start, end) {
  const first = text.slice(0, start).split("\n").length;
  return text.slice(start, end).split("\n").slice(1).map((_, i) => first + i);
}

function declaredBy({ type, id, declarations }) {
  if (type === "VariableDeclaration") return declarations.flatMap((declarator) => bound(declarator.id));
  return type === "FunctionDeclaration" || type === "ClassDeclaration" ? [id.name] : [];
}

/** The names a pattern binds. */
function bound(pattern) {
  if (pattern.type === "Identifier") return [pattern.name];
  if (pattern.type === "ArrayPattern") return pattern.elements.filter(Boolean).flatMap(bound);
  if (pattern.type === "ObjectPattern") return pattern.properties.flatMap(({ value }) => bound(value));
  throw new TypeError(`bundle: takes lists and records on the left, got ${pattern.type}`);
}

/** Collects identifiers, except those that only name a property, and calls outside functions. */
function visit(node, parent, taken, running) {
  if (node.type === "Identifier") {
    const { name, start, end } = node;
    const shorthand = parent?.type === "Property" && parent.shorthand;
    if (!namesProperty(node, parent)) taken.names.push({ name, start, end, shorthand });
    return;
  }
  if (node.type === "TemplateElement" || node.type === "Literal") taken.texts.push([node.start, node.end]);
  if (running && (node.type === "CallExpression" || node.type === "NewExpression")) taken.calls.push(node.start);
  const within = running && !/Function|Class/.test(node.type);
  for (const [key, child] of Object.entries(node)) {
    // A shorthand property's key and value share a place: one visit is enough.
    if (node.type === "Property" && node.shorthand && key === "key") continue;
    const owner = node.type === "AssignmentPattern" && parent?.shorthand === true && key === "left" ? parent : node;
    for (const part of Array.isArray(child) ? child : [child]) {
      if (typeof part?.type === "string") visit(part, owner, taken, within);
    }
  }
}

function namesProperty(node, parent) {
  if (parent === undefined || parent.computed === true) return false;
  if (parent.type === "MemberExpression") return parent.property === node;
  if (parent.type === "MetaProperty" || /^(Labeled|Break|Continue)Statement$/.test(parent.type)) return true;
  const isMember = /^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type);
  return isMember && parent.key === node && !parent.shorthand;
}
