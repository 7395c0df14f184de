/** Which package may read which, and what a manifest may say. */
import { dirname, normalize } from "node:path";
import type { Import } from "./imports.ts";

/** The packages each package may import, by folder. */
export const allowed: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  layers: ["tensor"],
  lrp: ["tensor", "layers"],
  crp: ["tensor", "layers", "lrp"],
  evaluate: ["tensor", "layers", "lrp", "crp"],
  models: ["tensor", "layers"],
  heatmap: ["tensor"],
  relprop: ["tensor", "layers", "lrp", "crp", "evaluate", "models", "heatmap"],
};

/** What the workspace may install to be developed. */
export const tools: readonly string[] = ["typescript", "vitest", "fast-check", "benny"];

/** A `package.json`, as far as guards read it. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly engines?: { readonly node?: string };
  /** Modules by conditions, other files by their path. */
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The published name of a package's folder. */
export function published(folder: string): string {
  return folder === "relprop" ? folder : `@relprop/${folder}`;
}

/** The folder of a published name, of one of its subpaths too; `undefined` for other packages. */
export function folderOf(specifier: string): string | undefined {
  const folder = /^(?:@relprop\/([^/]+)|(relprop))(?:\/|$)/.exec(specifier);
  return folder?.[1] ?? folder?.[2];
}

/** A complaint for each import that this file of a package must not have. */
export function importComplaints(path: string, found: readonly Import[]): readonly string[] {
  const [, folder = "", area = ""] = /^packages\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
  return found.flatMap(({ specifier, line }) => {
    const complain = (why: string): string[] => [`${path}:${line}: "${specifier}" ${why}`];
    if (specifier.startsWith(".")) {
      if (!/\.(ts|js|json)$/.test(specifier)) return complain("does not name a file");
      const target = normalize(`${dirname(path)}/${specifier}`);
      return reachable(target, folder, area) ? [] : complain(`leaves packages/${folder}/src`);
    }
    const other = folderOf(specifier);
    if (other !== undefined) {
      if (other === folder && area === "src") return complain("is this package: name the file");
      return other === folder || allowed[folder]?.includes(other) ? [] : complain(`is not above ${folder}`);
    }
    if (area !== "src") {
      return /^(node:|vitest\b|fast-check$)/.test(specifier) ? [] : complain("is not a tool of the workspace");
    }
    if (!specifier.startsWith("node:")) return complain("is not part of this project");
    return folder === "relprop" ? [] : complain("is for the command alone");
  });
}

function reachable(target: string, folder: string, area: string): boolean {
  const inside = (...folders: readonly string[]): boolean => folders.some((path) => target.startsWith(path));
  if (area === "src") return inside(`packages/${folder}/src/`);
  const above = (allowed[folder] ?? []).map((name) => `packages/${name}/test/`);
  return inside(`packages/${folder}/`, "test/", ...above);
}

/** A complaint for everything in a package's manifest that differs from the others or asks for more than it may. */
export function manifestComplaints(
  folder: string,
  manifest: Manifest,
  imported: ReadonlySet<string>,
): readonly string[] {
  const expected = Object.fromEntries((allowed[folder] ?? []).map((name) => [published(name), "workspace:*"]));
  const dependencies = manifest.dependencies ?? {};
  const complaints: string[] = [];
  const require = (holds: boolean, what: string): void => {
    if (!holds) complaints.push(`packages/${folder}/package.json: ${what}`);
  };
  for (const [name, range] of Object.entries(dependencies)) {
    require(name in expected, `"${name}" must not be a dependency`);
    require(!(name in expected) || range === expected[name], `takes "${name}" as workspace:*, got ${range}`);
  }
  for (const name of imported) require(name in dependencies, `"${name}" is imported, but no dependency`);
  for (const field of ["devDependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"]) {
    require(manifest[field] === undefined, `has ${field}; tools belong to the workspace`);
  }
  require(manifest.name === published(folder), `takes the name ${published(folder)}, got ${manifest.name}`);
  require(/^\d+\.\d+\.\d+$/.test(manifest.version ?? ""), "takes a version like 1.2.3");
  require((manifest.description ?? "") !== "", "takes a description");
  require(manifest.license === "MIT", "takes the license MIT");
  require(manifest.type === "module", "takes the type module");
  require(manifest.engines?.node === ">=20", "takes engines.node >=20");
  require(onlyCommandActs(folder, manifest.sideEffects), "takes sideEffects false, or a command's files for relprop");
  require(manifest.files?.includes("dist") === true, "publishes dist");
  const entries = Object.entries(manifest.exports ?? {});
  require(entries.some(([path]) => path === "."), 'exports "."');
  for (const [path, conditions] of entries) {
    if (typeof conditions === "string") {
      require(conditions === `./dist/${path.slice(2)}`, `exports "${path}" from dist, got ${conditions}`);
      continue;
    }
    const wanted = "@relprop/source, types, default";
    const order = Object.keys(conditions).join(", ");
    require(order === wanted, `exports "${path}" as ${wanted} in this order, got ${order}`);
  }
  for (const field of ["publishConfig", "scripts"]) {
    require(manifest[field] === undefined, `has ${field}`);
  }
  return complaints;
}

function onlyCommandActs(folder: string, sideEffects: Manifest["sideEffects"]): boolean {
  if (folder !== "relprop" || !Array.isArray(sideEffects)) return sideEffects === false;
  return sideEffects.every((file) => /\/bin\.[jt]s$/.test(file));
}
