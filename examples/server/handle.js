// Answers a request with an explanation: everything that is the same on a server and at the edge.
import { decodeImage, heatmap, ImageFormatError, imageToTensor, loadOnnx, LRP, prepare, presets } from "relprop";

const mostBytes = 64 * 1024;
const mostPixels = 256 * 256;
const patience = 5000;

const help = `POST a PNG of 32 × 32 pixels, bright ink on dark paper, and get what the network says and why.

  curl --data-binary @examples/digits/images/4-a.png ADDRESS
  curl --data-binary @examples/digits/images/4-a.png -H "Accept: image/png" "ADDRESS?target=9" > why-9.png

target      a class from 0 to 9; the most likely one where it is left out
composite   ${Object.keys(presets).join(", ")}
`;

/** What went wrong on the asking side, with the status that says so. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** A function from requests to responses, for the network in these bytes of an ONNX file. */
export function createHandler(bytes) {
  const model = prepare(loadOnnx(bytes));
  const analyzers = new Map(); // one for each composite: making them is the slow part

  function analyzer(name) {
    if (!Object.hasOwn(presets, name)) {
      throw new Refusal(400, `composite: takes ${Object.keys(presets).join(", ")}, got ${name.slice(0, 40)}`);
    }
    if (!analyzers.has(name)) analyzers.set(name, new LRP(model, presets[name]()));
    return analyzers.get(name);
  }

  async function answer(request) {
    const { searchParams } = addressOf(request);
    if (request.method === "GET" || request.method === "HEAD") return new Response(help);
    if (request.method !== "POST") throw new Refusal(405, `takes GET and POST, got ${request.method}`);
    const lrp = analyzer(searchParams.get("composite") ?? "epsilon-plus-flat");
    const target = targetOf(searchParams.get("target"));
    const image = await decoded(await body(request));
    const explanation = lrp.analyze(imageToTensor(image, { channels: 1 }), { target });
    const picture = heatmap(explanation.relevance, { scale: 8 });
    if (request.headers.get("Accept")?.includes("image/png")) {
      return new Response(await picture.png(), { headers: { "Content-Type": "image/png" } });
    }
    const { output, conservation } = explanation;
    return Response.json({
      explained: explanation.target[0],
      scores: Array.from(output.data),
      relevance: { started: conservation.started, arrived: conservation.arrived },
    });
  }

  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const headers = error.status === 405 ? { Allow: "GET, HEAD, POST" } : {};
      return Response.json({ error: error.message }, { status: error.status, headers });
    }
  };
}

/** The address asked for; some servers hand over what was sent as it stands. */
function addressOf(request) {
  try {
    return new URL(request.url);
  } catch {
    throw new Refusal(400, "takes an address that can be read, got another");
  }
}

function targetOf(text) {
  if (text === null) return "max";
  if (!/^\d$/.test(text)) throw new Refusal(400, `target: takes a class from 0 to 9, got ${text.slice(0, 40)}`);
  return Number(text);
}

/** The request's bytes, which are counted as they come: a stated length is only believed when it is too much. */
async function body(request) {
  const tooMuch = () => new Refusal(413, `takes at most ${mostBytes} bytes`);
  if (Number(request.headers.get("Content-Length") ?? 0) > mostBytes) throw tooMuch();
  if (request.body === null) throw new Refusal(400, "takes a PNG, got nothing");
  const reader = request.body.getReader();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Refusal(408, `takes a body within ${patience} ms`)), patience);
  });
  const parts = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      length += value.length;
      if (length > mostBytes) throw tooMuch();
      parts.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function decoded(bytes) {
  let image;
  try {
    image = await decodeImage(bytes, { maxPixels: mostPixels });
  } catch (error) {
    if (error instanceof ImageFormatError) throw new Refusal(415, error.message);
    throw error;
  }
  const { width, height } = image;
  if (width !== 32 || height !== 32) throw new Refusal(422, `takes 32 × 32 pixels, got ${width} × ${height}`);
  return image;
}
