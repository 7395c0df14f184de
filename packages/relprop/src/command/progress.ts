/** How far a long pass is, and when it will be done. */
import type { Terminal } from "./terminal.ts";
import { LINE_UP, visible } from "./visible.ts";

/** `12 of 48 (25 %), 30.0 a second, 1.2 s left`, from how many of them this run did in `elapsed` milliseconds. */
export function formatProgress(done: number, total: number, fresh: number, elapsed: number): string {
  const counted = `${done} of ${total} (${Math.floor((100 * done) / Math.max(1, total))} %)`;
  if (fresh === 0 || elapsed <= 0) return counted;
  const rate = (1000 * fresh) / elapsed;
  const pace = rate >= 1 ? `${rate.toFixed(1)} a second` : `${(1 / rate).toFixed(1)} s each`;
  return done >= total ? `${counted}, ${pace}` : `${counted}, ${pace}, ${formatTime((total - done) / rate)} left`;
}

/** Seconds as people say them: `42 s`, `3 min 20 s`, `5 h 12 min`. */
export function formatTime(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** A line on standard error that changes for someone who watches; others get a line of their own now and then. */
class ChangingLine {
  readonly #terminal: Terminal;
  readonly #pause: number;
  #shown: number = Date.now();
  #width = 0;

  /** At least `pause` milliseconds lie between two changes; 5 seconds where nobody watches. */
  constructor(terminal: Terminal, pause: number) {
    this.#terminal = terminal;
    this.#pause = terminal.watched ? pause : 5000;
    if (terminal.watched) this.#shown -= pause;
  }

  show(text: () => string): void {
    const now = Date.now();
    if (now - this.#shown < this.#pause) return;
    this.#shown = now;
    // What does not fit in a line could not be written over.
    const line = text().slice(0, Math.max(8, this.#terminal.columns - 1));
    const { watched } = this.#terminal;
    this.#terminal.complain(watched ? `${this.#back}\r${line.padEnd(this.#width)}\n` : `${line}\n`);
    this.#width = line.length;
  }

  clear(): void {
    if (this.#terminal.watched && this.#width > 0) {
      this.#terminal.complain(`${this.#back}\r${" ".repeat(this.#width)}\r`);
    }
    this.#width = 0;
  }

  /** The cursor waits in an empty line below, where a shell goes on if the command is ended. */
  get #back(): string {
    return this.#width > 0 ? LINE_UP : "";
  }
}

/** Shows how many samples are done, how fast that goes, and how long it will take. */
export class Progress {
  readonly #line: ChangingLine;
  readonly #total: number;
  readonly #started: number = Date.now();
  #fresh = 0;

  constructor(terminal: Terminal, total: number) {
    this.#line = new ChangingLine(terminal, 200);
    this.#total = total;
  }

  /** One more sample was done, `done` in all. */
  step(done: number): void {
    this.#fresh += 1;
    this.#line.show(() => formatProgress(done, this.#total, this.#fresh, Date.now() - this.#started));
  }

  /** Takes the changing line away. */
  end(): void {
    this.#line.clear();
  }
}

/** Shows what is being done: `[2 of 3] explaining cat.png …`. */
export class Stages {
  readonly #line: ChangingLine;

  constructor(terminal: Terminal) {
    this.#line = new ChangingLine(terminal, 0);
  }

  /** This begins now. */
  say(what: string): void {
    this.#line.show(() => `${visible(what)} …`);
  }

  /** Takes the changing line away, so that something else can be printed. */
  end(): void {
    this.#line.clear();
  }
}
