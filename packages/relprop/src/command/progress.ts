/** How far a long pass is, and when it will be done. */
import type { Terminal } from "./terminal.ts";

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

/** Shows progress on standard error: a line that changes for someone who watches, else a line now and then. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #started: number = Date.now();
  #fresh = 0;
  #shown: number = Date.now();
  #width = 0;

  constructor(terminal: Terminal, total: number) {
    this.#terminal = terminal;
    this.#total = total;
  }

  /** One more sample was done, `done` in all. */
  step(done: number): void {
    this.#fresh += 1;
    const now = Date.now();
    if (now - this.#shown < (this.#terminal.watched ? 200 : 5000)) return;
    this.#shown = now;
    const line = formatProgress(done, this.#total, this.#fresh, now - this.#started);
    this.#terminal.complain(this.#terminal.watched ? `\r${line.padEnd(this.#width)}` : `${line}\n`);
    this.#width = line.length;
  }

  /** Takes the changing line away. */
  end(): void {
    if (this.#terminal.watched && this.#width > 0) this.#terminal.complain(`\r${" ".repeat(this.#width)}\r`);
  }
}
