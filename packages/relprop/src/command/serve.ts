/** A server for this machine alone. */
import { createServer } from "node:http";
import type { Serving } from "./terminal.ts";
import type { Answer, Request } from "./view-answer.ts";

/** Answers on the loopback interface; rejects where the port is taken. */
export function serve(
  port: number, answer: (request: Request, port: number) => Promise<Answer>,
): Promise<Serving> {
  return new Promise((resolve, reject) => {
    let listening = port;
    const server = createServer((request, response) => {
      const { method = "", url = "", headers: { host } } = request;
      answer({ method, url, host }, listening).then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      });
    });
    const ended = new Promise<void>((end) => void server.on("close", end));
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const place = server.address();
      if (place === null || typeof place === "string") return reject(new Error("serve: takes a port, got a path"));
      listening = place.port;
      resolve({ port: listening, address: place.address, ended, close: () => void server.close() });
    });
  });
}
