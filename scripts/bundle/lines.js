import { mappingsOf, segmentsOf } from "./mappings.js";

/**
 * Puts each statement of a module and each member of a class on a line of its own. Node prints the line of an error
 * that nobody catches; of a file in one line that is the whole file.
 */
export function lines() {
  return {
    name: "lines",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle).filter(({ type }) => type === "chunk")) {
        const places = this.parse(chunk.code).body.flatMap(placesIn).filter((place) => place > 0);
        const broken = places.filter((place) => !/\s/.test(chunk.code[place - 1]));
        const asset = bundle[chunk.sourcemapFileName];
        if (asset) {
          const { mappings, ...map } = JSON.parse(asset.source);
          const segments = moved(segmentsOf(mappings), chunk.code, broken);
          asset.source = JSON.stringify({ ...map, mappings: mappingsOf(segments) });
        }
        chunk.code = pieces(chunk.code, broken).join("\n");
      }
    },
  };
}

/** Where a statement begins, and the members of the class that it declares. */
function placesIn(statement) {
  const { type, body } = statement.declaration ?? statement;
  return [statement.start, ...(type === "ClassDeclaration" ? body.body.map(({ start }) => start) : [])];
}

function pieces(code, places) {
  return [0, ...places].map((place, i) => code.slice(place, places[i]));
}

/** The segments of each line, where lines are broken at these places of the code. */
function moved(segments, code, places) {
  const found = [];
  let [at, i] = [0, 0];
  for (const [line, text] of code.split("\n").entries()) {
    const breaks = [];
    for (; i < places.length && places[i] <= at + text.length; i++) breaks.push(places[i] - at);
    for (const [k, from] of [0, ...breaks].entries()) {
      const end = breaks[k] ?? Infinity;
      const within = (segments[line] ?? []).filter(([column]) => column >= from && column < end);
      found.push(within.map(([column, ...source]) => [column - from, ...source]));
    }
    at += text.length + 1;
  }
  return found;
}
