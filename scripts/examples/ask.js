// What every server of the examples must answer, and that it does so again and again in the same memory.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { encodePng } from "relprop";
import { root } from "../runtimes/pack.js";

const digit = readFileSync(join(root, "examples/digits/images/4-a.png"));

/** A complaint for each wrong answer of the server at this address. */
export async function answerComplaints(address) {
  const complaints = [];
  const signal = AbortSignal.timeout(60_000);
  const method = "POST";
  const post = (body, query = "", headers = {}) => fetch(`${address}${query}`, { method, body, headers, signal });
  const large = await encodePng({ width: 40, height: 32, data: new Uint8ClampedArray(4 * 40 * 32) });
  const huge = Buffer.from(digit);
  huge.writeUInt32BE(100_000, 16); // a width that the file cannot hold
  const streamed = () => fetch(address, { method, body: chunks(100_000), duplex: "half", signal });

  const refused = [
    ["text", 415, () => post("not a picture")],
    ["a truncated picture", 415, () => post(digit.subarray(0, 100))],
    ["a picture that claims to be huge", 415, () => post(huge)],
    ["a picture of another size", 422, () => post(large)],
    ["too much", 413, () => post(new Uint8Array(100_000))],
    ["more than it tells beforehand", 413, streamed],
    ["an unknown class", 400, () => post(digit, "?target=12")],
    ["an unknown composite", 400, () => post(digit, "?composite=__proto__")],
    ["another method", 405, () => fetch(address, { method: "DELETE" })],
  ];
  for (const [what, status, ask] of refused) {
    try {
      const response = await ask();
      const { error } = await response.json();
      if (response.status !== status || !error) complaints.push(`${what}: ${response.status}, not ${status}`);
    } catch (error) {
      // A server may close on those who go on sending.
      if (ask !== streamed) complaints.push(`${what}: ${error.message}`);
    }
  }
  complaints.push(...await lineComplaints(address));
  const { explained, scores } = await (await post(digit)).json();
  if (explained !== 4 || scores.length !== 10) complaints.push(`explains ${explained} with ${scores?.length} scores`);
  const picture = new Uint8Array(await (await post(digit, "?target=9", { Accept: "image/png" })).arrayBuffer());
  if (Buffer.from(picture.subarray(1, 4)).toString() !== "PNG") complaints.push("answers with no picture");
  if (!(await (await fetch(address)).text()).includes("POST")) complaints.push("says nothing about its use");
  return complaints;
}

const LINES = [
  "TRACE / HTTP/1.1", "GET // HTTP/1.1", "GET http://[ HTTP/1.1", "POST //[/ HTTP/1.1",
  "GET /%ff%00 HTTP/1.1", "GET /..%2f..%2f..%2fetc/passwd HTTP/1.1", "GET /../../../etc/passwd HTTP/1.1",
  `GET /${"a".repeat(10_000)} HTTP/1.1`, "POST / HTTP/1.1\r\nContent-Length: -1", "\0\0\0",
];

/** A complaint for each request that a server at this address answers as its own fault, or with a file of the host. */
export async function lineComplaints(address) {
  const complaints = [];
  for (const line of LINES) {
    const { status, text } = await answerTo(address, line);
    // Some servers refuse these before anyone is asked, and hang up.
    if (status >= 500 || text.includes("root:")) complaints.push(`${line.slice(0, 60)}: ${status}, not a refusal`);
  }
  return complaints;
}

/** The status and text that answer a request as it is written; 0 if none does. */
function answerTo(address, line) {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => {
      socket.end(`${line}\r\nHost: ${hostname}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
    socket.setTimeout(5000, () => socket.destroy());
    socket.setEncoding("latin1").on("data", (text) => (answer += text));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1] ?? 0), text: answer }));
  });
}

/** A body of `length` bytes that does not tell its length beforehand. */
function chunks(length) {
  let left = length;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(Math.min(left, 4096)));
      left -= 4096;
      if (left <= 0) controller.close();
    },
  });
}

/** As many rounds may pass until memory is found to stand still: a collector takes its time, a leak never ends. */
const ROUNDS = 20;

/**
 * Asks in rounds of `count` requests, until three of them in a row leave the process with at most `growth` MB more
 * than it had at most before: its `readings` in MB, one a round, and whether memory `settled` so. Never in 20 rounds
 * is a leak.
 */
export async function keepAsking(address, pid, count, growth) {
  const readings = [];
  const began = Date.now();
  let still = 0;
  while (still < 3 && readings.length < ROUNDS) {
    await askRound(address, count);
    const reading = resident(pid);
    still = reading > Math.max(...readings) + growth ? 0 : still + 1;
    readings.push(reading);
  }
  const perSecond = Math.round((1000 * count * readings.length) / (Date.now() - began));
  return { settled: still === 3, readings, perSecond };
}

/** Asks `count` times, 100 at once. */
async function askRound(address, count) {
  let asked = 0;
  const ask = async () => {
    while (asked < count) {
      asked++;
      const response = await fetch(address, { method: "POST", body: digit });
      const { explained } = await response.json();
      if (explained !== 4) throw new Error(`request ${asked}: ${response.status}, explains ${explained}`);
    }
  };
  await Promise.all(Array.from({ length: 100 }, ask));
}

/** Resident memory of a process in MB, where the system tells. */
function resident(pid) {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024);
  } catch {
    return NaN;
  }
}
