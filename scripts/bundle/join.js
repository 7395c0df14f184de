/** Which modules belong together, in which order, what is used of them, and what every name is called then. */
import { posix } from "node:path";

/** The modules of a package that run when `entry` does, in the order in which they do. */
export function inOrder(entry, modules, done = new Set()) {
  if (done.has(entry)) return [];
  done.add(entry);
  const before = within(modules.get(entry)).flatMap((from) => inOrder(resolve(entry, from), modules, done));
  return [...before, entry];
}

/** What a module reads of its own package. */
export function within({ imports, passedOn }) {
  const read = [...imports.values(), ...passedOn].map(({ from }) => from);
  return [...new Set(read)].filter((from) => from.startsWith("."));
}

/** The path a relative import means. */
export function resolve(path, specifier) {
  return posix.join(posix.dirname(path), specifier);
}

/** Where what a module calls `name` is declared, and as what; another package's name is declared by its specifier. */
export function origin(path, name, modules) {
  const { declared, imports, exports, passedOn } = modules.get(path);
  if (declared.has(name)) return { path, name };
  const source = imports.get(name) ?? passedOn.find(({ as }) => as === name);
  if (source !== undefined) {
    if (!source.from.startsWith(".")) return { path: source.from, name: source.name, local: name };
    return origin(resolve(path, source.from), source.name, modules);
  }
  const local = exports.get(name);
  if (local === undefined || local === name) throw new RangeError(`bundle: ${path} has no ${name}`);
  return origin(path, local, modules);
}

/** The names a module gives to others. */
export function given({ exports, passedOn }) {
  return [...exports.keys(), ...passedOn.flatMap(({ as }) => as ?? [])];
}

/**
 * The statements that are needed for what the entries give away: those that act, and declarations somebody needed
 * mentions. Importing a package does nothing, so no other can be missed.
 */
export function needed(entries, paths, modules) {
  const kept = new Set();
  const keep = (path, statement) => {
    if (kept.has(statement)) return;
    kept.add(statement);
    for (const { name } of statement.names) ask(path, name);
  };
  const ask = (path, name) => {
    const { declared, imports, exports } = modules.get(path);
    if (!declared.has(name) && !imports.has(name) && !exports.has(name)) return;
    const binding = origin(path, name, modules);
    const statements = modules.get(binding.path)?.statements ?? [];
    for (const statement of statements) if (statement.declares.includes(binding.name)) keep(binding.path, statement);
  };
  for (const path of paths) {
    for (const statement of modules.get(path).statements) if (statement.declares.length === 0) keep(path, statement);
  }
  for (const entry of entries) {
    for (const name of given(modules.get(entry))) {
      const binding = origin(entry, name, modules);
      if (modules.has(binding.path)) ask(binding.path, binding.name);
    }
  }
  return kept;
}

/** The names a module takes from elsewhere for the statements that are kept. */
export function takenIn({ imports, statements }, kept) {
  const mentioned = statements.filter((statement) => kept.has(statement)).flatMap(({ names }) => names);
  return [...new Set(mentioned.map(({ name }) => name))].filter((name) => imports.has(name));
}

/** A name for every declaration and import that no other has, nor the language: its own, or one with a number. */
export function finalNames(paths, modules, kept) {
  const taken = new Set(Object.getOwnPropertyNames(globalThis));
  const names = new Map();
  for (const path of paths) {
    const module = modules.get(path);
    const declared = module.statements.flatMap((statement) => (kept.has(statement) ? statement.declares : []));
    for (const local of [...declared, ...takenIn(module, kept)]) {
      const binding = origin(path, local, modules);
      const key = `${binding.path} ${binding.name}`;
      if (names.has(key)) continue;
      const wanted = binding.name === "default" ? local : binding.name;
      let free = wanted;
      for (let i = 1; taken.has(free); i++) free = `${wanted}$${i}`;
      taken.add(free);
      names.set(key, free);
    }
  }
  return ({ path, name }) => names.get(`${path} ${name}`) ?? name;
}
