/** What the studio's server answers: files it was told of, to whoever knows the token, under the name it goes by. */

/** A request, as it came: nothing of it is decoded. */
export interface Request {
  readonly method: string;
  /** What stands behind the method: `/token/studio/index.html?given`. */
  readonly url: string;
  readonly host: string | undefined;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** What there is to ask for, by its path behind the token; nothing else is looked up anywhere. */
export type Shelf = ReadonlyMap<string, () => Promise<Uint8Array | string>>;

/** Whom the server answers. */
export interface Admission {
  /** Random; it stands first in the path of every address, so that relative addresses carry it on. */
  readonly token: string;
  readonly port: number;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8", css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
};

/**
 * Scripts and pictures of its own alone, no frames, no addresses told to others. The page is isolated, so that no
 * other site of the browser shares its memory.
 */
const SAFETY: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
    "style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

/** The answer to a request: a file, or a refusal that says no more than it must. */
export async function answerFor(request: Request, shelf: Shelf, admission: Admission): Promise<Answer> {
  const { method, url, host } = request;
  const { token, port } = admission;
  // A page of another site that made its name lead here still sends that name.
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return refusal(403, "this is another host");
  if (method !== "GET" && method !== "HEAD") return { ...refusal(405, "takes GET"), headers: ALLOW };
  const [path = ""] = url.split("?", 1);
  const before = `/${token}/`;
  if (!sameText(path.slice(0, before.length), before)) return refusal(404, "there is no such page");
  const name = path.slice(before.length);
  const file = shelf.get(name);
  if (file === undefined) return refusal(404, "there is no such page");
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  try {
    const body = await file();
    return { status: 200, headers: { ...SAFETY, "Content-Type": type }, body: method === "HEAD" ? "" : body };
  } catch {
    return refusal(404, "that file is gone");
  }
}

const ALLOW = { ...SAFETY, "Content-Type": "text/plain; charset=utf-8", "Allow": "GET, HEAD" };

function refusal(status: number, says: string): Answer {
  return { status, headers: { ...SAFETY, "Content-Type": "text/plain; charset=utf-8" }, body: `${says}\n` };
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
function sameText(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < wanted.length; i++) difference |= (given.charCodeAt(i) || 0) ^ wanted.charCodeAt(i);
  return difference === 0;
}
