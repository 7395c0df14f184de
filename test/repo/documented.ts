/** Which exported names lack a docstring. */
import { declarations, type Declaration } from "./declarations.ts";

/** A module by its path. */
export interface Module {
  readonly path: string;
  readonly source: string;
}

/**
 * A complaint for each exported name, and each public method and accessor of an exported class, without a docstring.
 * Fields and members of interfaces may let their name and type speak; what a base declares was said there.
 */
export function undocumented(modules: readonly Module[]): readonly string[] {
  const all = modules.map(({ path, source }) => ({ path, found: declarations(source) }));
  const byName = new Map<string, Declaration[]>();
  for (const declaration of all.flatMap(({ found }) => found)) {
    byName.set(declaration.name, [...(byName.get(declaration.name) ?? []), declaration]);
  }
  return all.flatMap(({ path, found }) => {
    const known = new Set(found.filter(({ documented }) => documented).map(({ name }) => name));
    return found.flatMap((declaration) => {
      const { name, line, kind, members } = declaration;
      const inherited = inheritedMembers(declaration, byName);
      const own = known.has(name) ? [] : [`${path}:${line}: ${name} has no docstring`];
      const missing = members.filter((member) => !(member.documented || member.field || inherited.has(member.name)));
      if (kind !== "class") return own;
      return [...own, ...missing.map((member) => `${path}:${member.line}: ${name}.${member.name} has no docstring`)];
    });
  });
}

function inheritedMembers(declaration: Declaration, byName: ReadonlyMap<string, readonly Declaration[]>): Set<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const base of byName.get(name) ?? []) {
      base.members.forEach((member) => names.add(member.name));
      base.bases.forEach(visit);
    }
  };
  declaration.bases.forEach(visit);
  return names;
}
