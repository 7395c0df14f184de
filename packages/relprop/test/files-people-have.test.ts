/** The command on files as they lie about: photos as JPEG, weights beside their model, links. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { decodePng, encodePng } from "@relprop/heatmap";
import { writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { main } from "../src/command/main.ts";
import { nodeTerminal } from "../src/command/node-terminal.ts";
import { node, onnx } from "../../models/test/onnx/write-onnx.ts";

const place = mkdtempSync(join(tmpdir(), "relprop-files-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const digits = fileURLToPath(new URL("../../../examples/digits/digits.onnx", import.meta.url));
const photo = join(place, "photo.jpg");
writeFileSync(photo, Uint8Array.of(0xff, 0xd8, 0xff, 64));

/** Runs the command as a user whose working directory is `folder`. */
async function relprop(folder: string, ...args: string[]): Promise<readonly [code: number, out: string, err: string]> {
  let [out, err] = ["", ""];
  const terminal = {
    ...nodeTerminal(folder),
    print: (text: string) => void (out += text),
    complain: (text: string) => void (err += text),
  };
  return [await main(args, { ...terminal, watched: false }), out, err];
}

/** A folder in which a module is installed. */
function folderWith(name: string, source: string): string {
  const folder = mkdtempSync(join(place, "project-"));
  const module = join(folder, "node_modules", name);
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
  writeFileSync(join(module, "index.js"), source);
  return folder;
}

/** Gray pixels, as bright as the fourth byte of the file says. */
const pixels = "new Uint8Array(32 * 32 * 4).map((_, at) => (at % 4 === 3 ? 255 : bytes[3]))";
const jpegJs = `exports.decode = (bytes, { useTArray }) => ({ width: 32, height: 32, data: useTArray && ${pixels} });`;
const sharp = `const steps = (bytes) => ({
  toColourspace: (name) => name === "srgb" && steps(bytes),
  ensureAlpha: () => steps(bytes),
  raw: () => steps(bytes),
  toBuffer: async ({ resolveWithObject }) =>
    resolveWithObject && { data: Buffer.from(${pixels}), info: { width: 32, height: 32, channels: 4 } },
});
module.exports = steps;`;

describe("a JPEG picture", () => {
  test.each([["jpeg-js", jpegJs], ["sharp", sharp]])("is read by %s where the user has it", async (name, source) => {
    const same = join(place, "same.npy");
    writeFileSync(same, writeNpy(new Tensor([1, 1, 32, 32], new Float32Array(1024).fill(64 / 255))));
    const read = async (input: string) => {
      const [code, out, err] = await relprop(folderWith(name, source), "explain", digits, input, "--json");
      expect([code, err]).toEqual([0, ""]);
      return (JSON.parse(out) as { relevance: { data: number[] } }).relevance.data;
    };
    expect(await read(photo)).toEqual(await read(same));
  });

  test("asks for a decoder where there is none", async () => {
    const [code, out, err] = await relprop(place, "explain", digits, photo);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(
      `relprop explain: ${photo}: takes a decoder to read JPEG, got none: run \`npm install jpeg-js\` (or sharp) ` +
        "in this folder, or convert the picture to PNG\n",
    );
  });

  test("that the decoder refuses is named with its reason", async () => {
    const folder = folderWith("jpeg-js", 'exports.decode = () => { throw new Error("marker was not found"); };');
    const [code, , err] = await relprop(folder, "explain", digits, photo);
    expect([code, err]).toEqual([1, `relprop explain: ${photo}: jpeg-js cannot decode it: marker was not found\n`]);
  });

  test("does not hide that a decoder is broken", async () => {
    const [code, , err] = await relprop(folderWith("jpeg-js", 'throw new Error("built for another Node");'), "explain",
      digits, photo);
    expect(code).toBe(1);
    expect(err).toContain("built for another Node");
  });
});

describe("weights beside their model", () => {
  const model = (location: string): Uint8Array => onnx({
    nodes: [node("MatMul", ["x", "fc.weight"], "y")], inputs: { x: ["N", 2] }, outputs: ["y"],
    constants: { "fc.weight": { shape: [2, 1], values: [], external: { location, offset: "0", length: "8" } } },
  });
  const input = join(place, "input.npy");
  writeFileSync(input, writeNpy(new Tensor([2], Float32Array.of(1, 1))));
  const weights = new Uint8Array(Float32Array.of(2, 3).buffer);

  /** A folder with a model and its weights in `data/w.bin`, and one with weights that belong to nobody. */
  function folders(): { readonly home: string; readonly elsewhere: string } {
    const [home, elsewhere] = [mkdtempSync(join(place, "home-")), mkdtempSync(join(place, "elsewhere-"))];
    mkdirSync(join(home, "data"));
    writeFileSync(join(home, "data/w.bin"), weights);
    writeFileSync(join(elsewhere, "w.bin"), weights);
    return { home, elsewhere };
  }

  async function explained(path: string): Promise<string> {
    const [, out, err] = await relprop(place, "explain", path, input, "--composite", "lrp-0");
    return `${out}${err}`;
  }

  test("are found by their path from the model", async () => {
    const { home } = folders();
    writeFileSync(join(home, "model.onnx"), model("data/w.bin"));
    expect(await explained(join(home, "model.onnx"))).toContain("output 0: score 5.000");
    expect((await relprop(place, "inspect", join(home, "model.onnx")))[1]).toMatch(/fc +Dense/);
  });

  test("are found through the links of a cache whose files lie in one place", async () => {
    const { home, elsewhere } = folders();
    writeFileSync(join(elsewhere, "3f2a"), model("w.bin"));
    symlinkSync(join(elsewhere, "3f2a"), join(home, "model.onnx"));
    symlinkSync(join(elsewhere, "w.bin"), join(home, "w.bin"));
    expect(await explained(join(home, "model.onnx"))).toContain("output 0: score 5.000");
  });

  test.each([
    ["that are not there", "w.bin", /takes "w\.bin" too, got none; .*: put that file beside it/],
    ["above the model", "../w.bin", /takes a plain relative path, got "\.\.\/w\.bin"/],
    ["at the root", "/etc/hostname", /takes a plain relative path, got "\/etc\/hostname"/],
    ["behind a link", "far.bin", /far\.bin: takes weights in the folder of the model, got a link to .*elsewhere-/],
    ["behind a linked folder", "far/w.bin", /far\/w\.bin: takes weights in the folder of the model, got a link to /],
    ["that are a folder", "data", /cannot read .*data: it is a folder/],
  ])("%s are refused", async (_, location, message) => {
    const { home, elsewhere } = folders();
    symlinkSync(join(elsewhere, "w.bin"), join(home, "far.bin"));
    symlinkSync(elsewhere, join(home, "far"), "dir");
    writeFileSync(join(home, "model.onnx"), model(location));
    expect(await explained(join(home, "model.onnx"))).toMatch(message);
  });
});

test("someone who watches sees what is being done, on a line that is gone at the end", async () => {
  const parts: string[] = [];
  const watched = {
    ...nodeTerminal(place), print: () => {}, complain: (text: string) => void parts.push(text), columns: 400,
  };
  const four = fileURLToPath(new URL("../../../examples/digits/images/4-a.png", import.meta.url));
  expect(await main(["explain", digits, four, four], { ...watched, watched: true })).toBe(0);
  const said = parts.map((part) => part.replace("\u001b[1A", "").trim()).filter((line) => line !== "");
  const each = (i: number): string[] => ["reading", "explaining"].map((what) => `[${i} of 2] ${what} ${four} …`);
  expect(said).toEqual([`reading ${digits} …`, "preparing it …", ...each(1), ...each(2)]);
  expect(parts.at(-1)).toMatch(/^\u001b\[1A\r +\r$/);
  // Wherever it is ended the cursor stands at the beginning of an empty line.
  expect(parts.filter((part) => !/[\r\n]$/.test(part))).toEqual([]);
});

test("what is being done is said in one line of the terminal, and a name in it moves no cursor", async () => {
  const parts: string[] = [];
  const watched = {
    ...nodeTerminal(place), print: () => {}, complain: (text: string) => void parts.push(text), columns: 40,
  };
  const far = join(place, "\u001b[1A".repeat(3) + "x".repeat(60));
  expect(await main(["explain", digits, far], { ...watched, watched: true })).toBe(1);
  const shown = parts.filter((part) => part.includes("…") || part.includes("reading"));
  for (const part of shown) expect(part.replace("\u001b[1A", "").trim().length).toBeLessThan(40);
  expect(parts.slice(0, 1).join("").includes("\u001b[1A")).toBe(false);
  expect(parts.some((part) => part.lastIndexOf("\u001b[1A") > 0)).toBe(false);
});

test("statistics that another run wrote meanwhile are left, and the run says so", async () => {
  const images = fileURLToPath(new URL("../../../examples/digits/images", import.meta.url));
  const output = join(place, "st.bin");
  const args = (part: string) =>
    ["collect", digits, images, "--node", "features.8", "--top", "2", "--shard", part, "--output", output];
  const { replace, ...others } = nodeTerminal(place);
  let [out, err] = ["", ""];
  const late = {
    ...others,
    print: (text: string) => void (out += text),
    complain: (text: string) => void (err += text),
    watched: false,
    replace: async (...given: Parameters<typeof replace>) => {
      if (!existsSync(output)) expect((await relprop(place, ...args("2/2")))[0]).toBe(0);
      return replace(...given);
    },
  };
  expect([await main(args("1/2"), late), out]).toEqual([1, ""]);
  const left = `relprop collect: ${output} was written by another run meanwhile, and stays as that left it; `;
  expect(err).toBe(`${left}name another --output for this run, and put the two together with relprop merge\n`);
  expect((await relprop(place, "merge", output, "--output", join(place, "sum.bin")))[1]).toContain(", without 0 to ");
});

test("a written heatmap is enlarged until it can be seen, and laid over the picture on request", async () => {
  const model = join(place, "flat.onnx");
  writeFileSync(model, onnx({
    nodes: [node("Flatten", ["x"], "f"), node("MatMul", ["f", "fc.weight"], "y")],
    inputs: { x: ["N", 3, 100, 100] }, outputs: ["y"],
    constants: { "fc.weight": { shape: [30_000, 1], values: new Array<number>(30_000).fill(1e-3) } },
  }));
  const [picture, output] = [join(place, "picture.png"), join(place, "heat.png")];
  const data = Uint8ClampedArray.from({ length: 40_000 }, (_, at) => (at % 4 === 3 ? 255 : at % 250));
  writeFileSync(picture, await encodePng({ width: 100, height: 100, data }));
  const written = async (...args: string[]) => {
    expect((await relprop(place, "explain", model, picture, "--output", output, "--force", ...args))[0]).toBe(0);
    return decodePng(readFileSync(output));
  };
  const plain = await written();
  expect([plain.width, plain.height, (await written("--scale", "1")).width]).toEqual([300, 300, 100]);
  const over = await written("--overlay");
  expect(over.data).not.toEqual(plain.data);
});

const command = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

test.skipIf(!existsSync(command))("who reads the first lines only gets them without complaint", () => {
  const line = `"${process.execPath}" "${command}" inspect "${digits}" | head -n 1`;
  const { stdout, stderr } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["input input [?, 1, 32, 32]\n", ""]);
});

test("a file of an array that is none is named", async () => {
  const broken = join(place, "broken.npy");
  writeFileSync(broken, readFileSync(join(place, "input.npy")).slice(0, 90));
  expect((await relprop(place, "explain", digits, broken))[2]).toMatch(/^relprop explain: .*broken\.npy: readNpy: /);
});
