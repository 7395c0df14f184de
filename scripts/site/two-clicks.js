// What people come with, and whether the page that answers is two clicks from the start page, by links within pages.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A question, the page that answers it, and words that stand there. */
const questions = [
  ["install, and a first heatmap", "start/first-heatmap.html", "npm install relprop"],
  ["which composite?", "how-to/choose-a-composite.html", "epsilonPlusFlat"],
  ["is it trustworthy?", "how-to/judge-an-explanation.html", "warnings"],
  ["my operator is not supported", "how-to/add-an-operator.html", "operators"],
  ["from Captum", "coming-from/captum.html", "Side by side"],
  ["from Zennit", "coming-from/zennit.html", "Side by side"],
  ["from iNNvestigate", "coming-from/innvestigate.html", "Side by side"],
  ["from RelevancePropagation.jl", "coming-from/relevancepropagation-jl.html", "Side by side"],
  ["from LXT", "coming-from/lxt.html", "Side by side"],
  ["from SHAP", "coming-from/shap.html", "Side by side"],
  ["from Quantus", "coming-from/quantus.html", "Side by side"],
  ["my own rule", "how-to/write-a-rule.html", "quotientRule"],
  ["my own layer", "how-to/write-a-layer.html", "pullback"],
  ["make it faster", "how-to/make-it-faster.html", "useSimd"],
  ["the reference of a name", "reference/lrp.html", "epsilonGammaBox"],
  ["the theory in five minutes", "theory/lrp.html", "five minutes"],
  ["troubleshooting by message", "reference/troubleshooting.html", "message"],
  ["a notebook", "start/notebook.html", "jupyter"],
  ["a concepts tutorial", "how-to/see-concepts.html", "channel"],
  ["test explanations in CI", "how-to/test-explanations.html", "relprop test"],
  ["what does it not do?", "reference/limitations.html", "way round"],
];

/** A complaint for each question whose page is further than two links of page bodies from index.html. */
export function clickComplaints(folder) {
  const clicks = new Map([["index.html", 0]]);
  for (const [page, count] of clicks) {
    if (count === 2) continue;
    for (const next of linksOf(folder, page)) if (!clicks.has(next)) clicks.set(next, count + 1);
  }
  return questions.flatMap(([question, page, words]) => {
    if (!clicks.has(page)) return [`“${question}”: ${page} is more than two clicks away`];
    return bodyOf(folder, page).includes(words) ? [] : [`“${question}”: ${page} does not say “${words}”`];
  });
}

/** What stands between `<main>` and the footer: links of menus are no help to who does not know the words. */
function bodyOf(folder, page) {
  const html = readFileSync(join(folder, page), "utf8");
  const end = html.indexOf("<footer");
  return html.slice(html.indexOf("<main"), end < 0 ? html.indexOf("</main>") : end);
}

function linksOf(folder, page) {
  const targets = [...bodyOf(folder, page).matchAll(/ href="([^"#]+)[^"]*"/g)].map(([, target]) => target);
  const inside = targets.filter((target) => !/^[a-z]+:/.test(target));
  const places = inside.map((target) => normalize(join(dirname(page), target)));
  return places.filter((place) => place.endsWith(".html") && existsSync(join(folder, place)));
}
