// The worker that computes, and questions to it.

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let last = 0;

worker.addEventListener("message", ({ data: { id, done, failed } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (failed === undefined) resolve(done);
  else reject(new Error(failed));
});

worker.addEventListener("error", (event) => {
  for (const { reject } of waiting.values()) reject(new Error(event.message || "the worker ended: is memory scarce?"));
  waiting.clear();
});

/** The answer to a question; rejects with what went wrong. */
export function ask(question) {
  return new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    worker.postMessage({ ...question, id: last });
  });
}
