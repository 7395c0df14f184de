// Places to break where passes keep values, make them again or give their memory back; see mutations.js.
export const passChanges = {
  "packages/lrp/src/lrp.ts": [
    ["typeof (large ?? Object) === \"function\"", "true"],
    ["if (isGiven) endings?.hold(begun);", ""],
    ["      endings?.hold(relevance);\n", ""],
    ["endings } = passOf(this.model, kept, this.#large)", "endings } = passOf(this.model, kept, undefined)"],
  ],
  "packages/lrp/src/run/passes.ts": [
    ["lowered !== this.#lowered || asked !== this.#asked", "asked !== this.#asked"],
    ["lowered !== this.#lowered || asked !== this.#asked", "lowered !== this.#lowered"],
    ["new Endings(tape !== inParts && tape !== given)", "new Endings(tape !== inParts)"],
    ["new Endings(tape !== inParts && tape !== given)", "new Endings(tape !== given)"],
    ["isTape(given) ? undefined : large?.(model, given)", "undefined"],
  ],
  "packages/lrp/src/run/endings.ts": [
    ["[...pending, ...seen.inputs]", "[...seen.inputs]"],
    ["[...pending, ...seen.inputs]", "[...pending]"],
    ["...this.#held, ", ""],
    ["this.#endsValues && !isBound", "true"],
    ["this.#isOver || ", ""],
    ["needed.push(data);", ""],
    ["const saw = [...madeBy(seen), ...seen", "const saw = [...seen"],
    ["a.byteOffset < b.byteOffset + b.byteLength &&", "a.byteOffset + a.byteLength < b.byteOffset + b.byteLength &&"],
  ],
  "packages/lrp/src/run/parts.ts": [
    ["if (keeps && outlives(writes, part)) continue;", ""],
    ["if (!isHeld) giveBackOnce", "giveBackOnce"],
    ["leave(there, true);", ""],
    ["recorded.clear();", ""],
    ["typeof most === \"number\" && most >= 0", "true"],
    ["lowered.elements > most ?", "lowered.elements >= most ?"],
    ["for (const name of model.outputs) lastReads.set", "for (const name of []) lastReads.set"],
    ["      isHeld = true;\n", ""],
  ],
  "packages/lrp/src/run/remembered.ts": [
    ["again[i] = values[k]!;", "again[i] = 1;"],
    ["const own = data.slice();", "const own = data;"],
    ["if (!Object.is(data[i], 0))", "if (data[i] !== 0)"],
  ],
};
