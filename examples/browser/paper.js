// Paper of 32 × 32 pixels to draw on, by pointer or keyboard.

const size = 32;
const reach = 3;

/** Draws on a canvas and calls `changed` after each stroke's step; `ink` is 0 to 1 for each pixel. */
export class Paper {
  ink = new Float32Array(size * size);
  #canvas;
  #changed;
  #pen = { x: 16, y: 16, down: false, shown: false };
  erasing = false;
  /** What was on the paper before each stroke, the last one at the end. */
  #before = [];

  constructor(canvas, changed) {
    this.#canvas = canvas;
    this.#changed = changed;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#remember();
      this.#stroke(this.#place(event), this.#place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) return;
      const steps = event.getCoalescedEvents?.() ?? [];
      for (const step of steps.length > 0 ? steps : [event]) this.#stroke(this.#pen, this.#place(step));
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#move({ shown: false }));
    this.#draw();
  }

  clear() {
    this.put(new Float32Array(size * size));
  }

  get canUndo() {
    return this.#before.length > 0;
  }

  /** Takes back the last stroke, example or clearing. */
  undo() {
    const ink = this.#before.pop();
    if (ink === undefined) return;
    this.ink = ink;
    this.#draw();
    this.#changed();
  }

  #remember() {
    this.#before.push(Float32Array.from(this.ink));
    if (this.#before.length > 50) this.#before.shift();
  }

  /** Takes over ink from elsewhere. */
  put(ink) {
    this.#remember();
    this.ink = Float32Array.from(ink);
    this.#draw();
    this.#changed();
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * size, y: ((clientY - top) / height) * size };
  }

  #stroke(from, to) {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
    for (let i = 1; i <= steps; i++) {
      this.#dab(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
    }
    this.#pen = { ...this.#pen, x: to.x, y: to.y };
    this.#draw();
    this.#changed();
  }

  /** A soft brush: the network learned from scans of 8 × 8 pixels, enlarged. */
  #dab(x, y) {
    for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(size, y + reach); row++) {
      for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(size, x + reach); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const strength = Math.max(0, Math.min(1, 1.5 - distance / 2));
        const at = row * size + column;
        this.ink[at] = this.erasing ? Math.min(this.ink[at], 1 - strength) : Math.max(this.ink[at], strength);
      }
    }
  }

  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step === undefined && event.key !== " ") return;
    event.preventDefault();
    if (step === undefined) return this.#move({ down: !this.#pen.down, shown: true }, !this.#pen.down);
    const within = (value) => Math.max(1, Math.min(size - 1, value));
    const to = { x: within(this.#pen.x + step[0]), y: within(this.#pen.y + step[1]) };
    if (this.#pen.down) this.#stroke(this.#pen, to);
    this.#move({ ...to, shown: true });
  }

  #move(change, dab = false) {
    this.#pen = { ...this.#pen, ...change };
    if (dab) {
      this.#remember();
      this.#stroke(this.#pen, this.#pen);
    }
    this.#draw();
  }

  #draw() {
    const context = this.#canvas.getContext("2d");
    const pixels = context.createImageData(size, size);
    this.ink.forEach((value, i) => pixels.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
    if (this.#pen.shown) {
      const at = 4 * (Math.floor(this.#pen.y) * size + Math.floor(this.#pen.x));
      pixels.data.set(this.#pen.down ? [230, 40, 40, 255] : [60, 140, 255, 255], at);
    }
    context.putImageData(pixels, 0, 0);
  }
}
