/** Who can be timed here, and how each is started. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Debian's Python, where `python3-torch` is installed for it. */
const PYTHON = "/usr/bin/python3";

const node = (script, ...rest) => ({ command: process.execPath, script: here(`contestants/${script}.js`), rest });

/** By name: what is run, with the folder of the subjects as its first argument. */
const commands = {
  relprop: node("relprop", "simd", "1"),
  "relprop, 2 threads": node("relprop", "simd", "2"),
  "relprop, plain loops": node("relprop", "scalar"),
  "onnxruntime-web wasm": node("onnxruntime"),
  "TensorFlow.js wasm": node("tensorflow", "wasm"),
  "TensorFlow.js cpu": node("tensorflow", "cpu"),
  PyTorch: { command: PYTHON, script: here("contestants/pytorch.py"), rest: ["1"] },
};

/** Installs the peers in JavaScript unless they are, and says per absent contestant why it is. */
export function absentContestants() {
  if (!existsSync(here("node_modules/onnxruntime-web"))) {
    spawnSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: here("."), stdio: "inherit" });
  }
  const absent = new Map();
  if (!existsSync(here("node_modules/onnxruntime-web"))) absent.set("onnxruntime-web wasm", "could not be installed");
  if (!existsSync(here("node_modules/@tensorflow/tfjs-core"))) {
    for (const name of ["TensorFlow.js wasm", "TensorFlow.js cpu"]) absent.set(name, "could not be installed");
  }
  const python = spawnSync(PYTHON, ["-c", "import torch, numpy"], { stdio: "ignore" });
  if (python.status !== 0) absent.set("PyTorch", "python3-torch is not installed");
  return absent;
}

/** A contestant in a process of its own, which answers one command after the other. */
export class Contestant {
  #child;
  #answers;
  #complaints = "";

  constructor(name, folder) {
    const { command, script, rest } = commands[name];
    // One thread means one, in whatever the contestant is built on.
    const env = { ...process.env, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    this.name = name;
    this.#child = spawn(command, [script, folder, ...rest], { stdio: "pipe", env });
    this.#child.stdin.on("error", () => {}); // it has ended, which the missing answer tells
    this.#child.stderr.on("data", (text) => (this.#complaints = `${this.#complaints}${text}`.slice(-400)));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a command and resolves to its answer; throws what the contestant says went wrong. */
  async ask(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`${this.name}: ended, ${this.#child.signalCode} ${this.#complaints}`);
      if (!value.startsWith("{")) continue; // greetings
      const answer = JSON.parse(value);
      if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
      return answer;
    }
  }

  /** Ends the process. */
  end() {
    this.#child.kill();
  }
}
