/** Reading and writing files that are more than files: links, devices, pipes, and what others write meanwhile. */
import { spawnSync } from "node:child_process";
import {
  chmodSync, closeSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync,
  rmSync, symlinkSync, utimesSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, win32 } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { inputFiles } from "../src/command/input-files.ts";
import { nodeTerminal } from "../src/command/node-terminal.ts";
import { liesWithin } from "../src/command/read-beside.ts";
import { readWhole } from "../src/command/read-file.ts";

const place = mkdtempSync(join(tmpdir(), "relprop-files-"));
const at = (...names: readonly string[]): string => join(place, ...names);
const text = (path: string): string => readFileSync(path, "utf8");
const unix = process.platform !== "win32";
const terminal = nodeTerminal(place);

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("writing", () => {
  test("replaces what links lead to, and leaves the links", async () => {
    mkdirSync(at("real"));
    writeFileSync(at("real", "a"), "old");
    symlinkSync(at("real", "a"), at("link"));
    symlinkSync("link", at("link2"));
    await terminal.write(at("link2"), "new");
    expect([text(at("real", "a")), lstatSync(at("link")).isSymbolicLink()]).toEqual(["new", true]);
    symlinkSync("real/absent", at("dangling"));
    await terminal.write(at("dangling"), "there now");
    expect([text(at("real", "absent")), lstatSync(at("dangling")).isSymbolicLink()]).toEqual(["there now", true]);
    symlinkSync("circle", at("circle"));
    await expect(terminal.write(at("circle"), "")).rejects.toThrow("circle: its links lead in a circle");
  });

  test("in place of a file that another has written meanwhile is refused, and leaves that", async () => {
    const first = await terminal.replace(at("st"), "first", undefined);
    expect([await terminal.stamp(at("st")), text(at("st"))]).toEqual([first, "first"]);
    const second = await terminal.replace(at("st"), "second", first);
    expect([await terminal.replace(at("st"), "third!", first), text(at("st"))]).toEqual([undefined, "second"]);
    expect(await terminal.replace(at("st"), "fourth", undefined)).toBeUndefined();
    expect(await terminal.replace(at("st"), "fifth", second)).toBeDefined();
    rmSync(at("st"));
    expect(await terminal.replace(at("st"), "again", second)).toBeDefined();
    expect(readdirSync(place).filter((name) => name.startsWith("st"))).toEqual(["st"]);
  });

  test("follows no link that lies in wait beside the file", async () => {
    writeFileSync(at("precious"), "precious");
    symlinkSync(at("precious"), at("waiting.partial"));
    await terminal.write(at("waiting"), "new");
    expect([text(at("waiting")), text(at("precious"))]).toEqual(["new", "precious"]);
  });

  test("by many at once leaves the whole of one of them, and nothing beside it", async () => {
    const contents = Array.from({ length: 20 }, (_, i) => `${i % 10}`.repeat(200_000));
    await Promise.all(contents.map((content) => terminal.write(at("shared"), content)));
    expect(contents).toContain(text(at("shared")));
    expect(readdirSync(place).filter((name) => name.startsWith("shared"))).toEqual(["shared"]);
  });

  // Pipes, not devices of the machine: were one replaced, by a change that this is to find, everybody would miss it.
  test.runIf(unix)("keeps permissions, writes to open pipes as they are, and waits for no reader", async () => {
    writeFileSync(at("mine"), "old");
    chmodSync(at("mine"), 0o600);
    await terminal.write(at("mine"), "new");
    expect(lstatSync(at("mine")).mode & 0o777).toBe(0o600);
    expect(spawnSync("mkfifo", [at("pipe")], { encoding: "utf8" }).status).toBe(0);
    await expect(terminal.write(at("pipe"), "")).rejects.toThrow("pipe: it is a pipe with a name, which nobody may");
    const pipe = openSync(at("pipe"), "r+");
    await terminal.write(`/dev/fd/${pipe}`, "through");
    const got = new Uint8Array(7);
    expect([readSync(pipe, got, 0, 7, null), new TextDecoder().decode(got)]).toEqual([7, "through"]);
    closeSync(pipe);
    expect(lstatSync(at("pipe")).isFile()).toBe(false);
    expect(await terminal.has(at("pipe"))).toBe(false);
  });

  test("takes away what was left long ago, and that alone", async () => {
    const names = ["0123456789abcdef.partial", "fedcba9876543210.partial", "partial", "other"].map((end) => `o.${end}`);
    for (const name of names) writeFileSync(at(name), "");
    const before = Date.now() / 1000 - 7200;
    for (const name of names.toSpliced(1, 1)) utimesSync(at(name), before, before);
    await nodeTerminal(place).write(at("o"), "new");
    expect(names.map((name) => existsSync(at(name)))).toEqual([false, true, true, true]);
  });
});

describe.runIf(unix)("reading", () => {
  // What the system makes up while it is read calls itself an empty file, however much comes.
  test.runIf(existsSync("/proc/self/status"))("bounds what does not tell its size", async () => {
    await expect(readWhole("/proc/self/status", 5)).rejects.toMatchObject({ code: "ENDLESS" });
    expect(new TextDecoder().decode(await readWhole("/proc/self/status"))).toContain("Pid:");
    writeFileSync(at("nothing"), "");
    expect(await readWhole(at("nothing"), 0)).toEqual(new Uint8Array(0));
  });

  test("refuses pipes with a name and devices, which may never end", async () => {
    expect(spawnSync("mkfifo", [at("pipe.png")], { encoding: "utf8" }).status).toBe(0);
    await expect(terminal.read(at("pipe.png"))).rejects.toThrow("pipe.png: it is a pipe, which may never end");
    await expect(terminal.readText(at("pipe.png"))).rejects.toThrow("it is a pipe");
    await expect(terminal.read("/dev/zero")).rejects.toThrow("cannot read /dev/zero: it is a device or a socket, not");
    writeFileSync(at("model.onnx"), "");
    expect(() => terminal.readBeside(at("model.onnx"), "pipe.png")).toThrow("it is a pipe");
    await expect(terminal.read(place)).rejects.toThrow("it is a folder");
  });
});

test.runIf(unix)("a file lies in a folder by the rules of its system", () => {
  const posix = [["/a", "/a/b"], ["/a", "/a/..b"], ["/", "/b"], ["/a", "/ab"], ["/a", "/a"], ["/a", "/"]];
  expect(posix.map(([folder, path]) => liesWithin(folder!, path!))).toEqual([true, true, true, false, false, false]);
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["C:\\models", "C:\\models\\w.bin", true],
    ["C:\\models", "c:\\MODELS\\sub\\w.bin", true],
    ["C:\\", "C:\\w.bin", true],
    ["C:\\models", "C:\\models2\\w.bin", false],
    ["C:\\models", "C:\\w.bin", false],
    ["C:\\models", "D:\\models\\w.bin", false],
    ["\\\\server\\share\\m", "\\\\server\\share\\m\\w.bin", true],
    ["\\\\server\\share\\m", "\\\\other\\share\\m\\w.bin", false],
  ];
  expect(cases.map(([folder, path]) => liesWithin(folder, path, win32))).toEqual(cases.map(([, , within]) => within));
});

test("a server ends when nobody can be told its address any more", async () => {
  interface Listened {
    listeners(event: "error"): readonly (() => void)[];
    removeListener(event: "error", listener: () => void): void;
  }
  const { stdout } = process as unknown as { readonly stdout: Listened };
  const before = new Set(stdout.listeners("error"));
  const serving = await terminal.serve(0, () => Promise.resolve({ status: 200, headers: {}, body: "" }));
  const [ending] = stdout.listeners("error").filter((listener) => !before.has(listener));
  expect(ending).toBeDefined();
  stdout.removeListener("error", ending!);
  ending!();
  await serving.ended;
});

describe("folders and patterns", () => {
  test.runIf(unix)("are read once, wherever links lead", async () => {
    mkdirSync(at("data", "cats"), { recursive: true });
    writeFileSync(at("data", "cats", "1.png"), "");
    for (const [name, to] of [["a", "."], ["b", "."], ["far", "../real"]] as const) symlinkSync(to, at("data", name));
    writeFileSync(at("real", "2.png"), "");
    expect(await inputFiles([at("data")], terminal)).toEqual([at("data", "cats", "1.png"), at("data", "far", "2.png")]);
  });

  test("match in time that names bound", async () => {
    const name = `${"a".repeat(240)}.png`;
    mkdirSync(at("names"));
    for (const each of [name, "b.png", "a+b.png", "b.txt"]) writeFileSync(at("names", each), "");
    const found = async (pattern: string) => inputFiles([at("names", pattern)], terminal);
    await expect(found(`${"a*".repeat(30)}b`)).rejects.toThrow("there is no such file");
    expect(await found("a*a*.p?g")).toEqual([at("names", name)]);
    expect(await found("?.*")).toEqual([at("names", "b.png")]);
    expect(await found("a+*")).toEqual([at("names", "a+b.png")]);
    expect(await found("**b.png*")).toEqual(["a+b.png", "b.png"].map((each) => at("names", each)));
  });

  test.runIf(unix)("match in folders too, and name what lies in folders that they match", async () => {
    const files = ["s1/a.png", "s1/b.png", "s2/a.png", "s2/deep/a.png", ".s3/a.png", "t/a.png", "s2/a.txt"];
    for (const file of files) {
      mkdirSync(at("glob", file, ".."), { recursive: true });
      writeFileSync(at("glob", file), "");
    }
    symlinkSync(".", at("glob", "s2", "loop"));
    const found = async (pattern: string) =>
      (await inputFiles([at("glob", pattern)], terminal)).map((file) => file.slice(at("glob").length + 1));
    expect(await found("s*/a.png")).toEqual(["s1/a.png", "s2/a.png"]);
    expect(await found("*/*.png")).toEqual(["s1/a.png", "s1/b.png", "s2/a.png", "t/a.png"]);
    expect(await found("s?/d*/a.png")).toEqual(["s2/deep/a.png"]);
    expect(await found(".s*/*")).toEqual([".s3/a.png"]);
    expect(await found("**/a.png")).toEqual(["s1/a.png", "s2/a.png", "s2/deep/a.png", "t/a.png"]);
    expect(await found("**")).toEqual(["s1/a.png", "s1/b.png", "s2/a.png", "s2/deep/a.png", "t/a.png"]);
    expect(await found("s*/")).toEqual(["s1/a.png", "s1/b.png", "s2/a.png", "s2/deep/a.png"]);
    await expect(found(`${"*/".repeat(60)}none.png`)).rejects.toThrow("none.png: there is no such file");
    await expect(found("nowhere/*.png")).rejects.toThrow("cannot list");
  });
});
