import { expect, test } from "vitest";
import { files, text } from "./files.ts";

/** Each is put together here, so that this file does not say what it forbids. */
const places = ["wo" + "rk", "ro" + "ot", "tm" + "p", "ho" + "me/\\w+", "Us" + "ers/\\w+"].join("|");
const hosts = ["npm" + "mirror", "npm" + "\\.pkg", "artifac" + "tory"];
const writers = ["cla" + "ude", "anthro" + "pic", "cop" + "ilot", "chat" + "gpt", "fa" + "rm-\\w+", "sub" + "agents?"];

const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a path of one machine", new RegExp(`(?<![\\w.~-])/(?:${places})(?:/|\\b(?![-\\w.]))`)],
  ["a registry of one place", new RegExp(hosts.join("|"), "i")],
  ["who wrote it with what", new RegExp(`\\b(?:${writers.join("|")})\\b`, "i")],
];

const readable = files().filter((path) => !/\.(png|onnx|npy|npz|safetensors|bin|gif|jpg|gz)$/.test(path));

function findings(path: string, source: string): string[] {
  return source.split("\n").flatMap((line, i) => {
    const found = forbidden.filter(([, pattern]) => pattern.test(line));
    return found.map(([what]) => `${path}:${i + 1}: names ${what}: ${line.trim().slice(0, 100)}`);
  });
}

test("the project speaks of itself alone", () => {
  expect(readable.flatMap((path) => findings(path, text(path)))).toEqual([]);
});

test.each([
  "/wo" + "rk/main/packages",
  'cd "/tm' + 'p"',
  "/ho" + "me/someone/relprop",
  "https://regis" + "try.npm" + "mirror.com/vitest",
  "Written with Cla" + "ude",
])("%j is found", (line) => {
  expect(findings("a.md", line)).toHaveLength(1);
});

test.each([
  "packages/lrp/wo" + "rk/x",
  "the wo" + "rk",
  "./tm" + "p/x",
  "https://example.org/wo" + "rk",
  "https://regis" + "try.npmjs.org/vitest",
  "http://local" + "host:8080",
  "iss" + "ue #12",
])("%j is fine", (line) => {
  expect(findings("a.md", line)).toEqual([]);
});
