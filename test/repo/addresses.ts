/** Who the project is and where it lives: the workspace says it once in its `package.json`, everything else agrees. */
import { json } from "./files.ts";
import type { Manifest } from "./layering.ts";

/** What the workspace's manifest says of the project. */
export interface Project {
  readonly author: string;
  readonly homepage: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly bugs: { readonly url: string };
}

/** The project as its own manifest has it. */
export const project: Project = json<Project>("package.json");

/** The page of the repository. */
export const repository: string = project.repository.url.replace(/^git\+|\.git$/g, "");

/** A complaint for each thing that a package's manifest says otherwise than the workspace's. */
export function addressComplaints(folder: string, manifest: Manifest): readonly string[] {
  const wanted = {
    author: project.author,
    homepage: project.homepage,
    repository: { ...project.repository, directory: `packages/${folder}` },
    bugs: project.bugs,
  };
  return Object.entries(wanted).flatMap(([field, value]) => {
    const [says, got] = [value, manifest[field]].map((it) => JSON.stringify(it));
    return says === got ? [] : [`packages/${folder}/package.json: takes ${field} ${says}, got ${got}`];
  });
}

/** A complaint for each address in a page that points at this project under another name. */
export function foreignAddresses(path: string, source: string): readonly string[] {
  const found = source.matchAll(/https:\/\/(?:github\.com\/[\w-]+\/relprop|[\w-]+\.github\.io\/relprop)/g);
  const own = [repository, project.homepage.replace(/\/$/, "")];
  return [...found].flatMap(([address]) => (own.includes(address) ? [] : [`${path}: names ${address}`]));
}
