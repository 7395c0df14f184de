/** One page about the explanation of a text: its words in colours, scores, where relevance went, and the rules. */
import { formatNumber, type Page, type PageSection } from "@relprop/heatmap";
import type { RuleTable } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import type { TextExplanation } from "./explain-text.ts";
import { conservationSections, ruleSection, scoreBars } from "./explanation-page.ts";
import { scored } from "./scored.ts";

/** What is known besides the explanation itself. */
export interface TextPageAbout {
  /** What the model is called. */
  readonly model?: string | undefined;
  /** The name of the composite. */
  readonly composite?: string | undefined;
  /** What the answers are called, in the order of the scores. */
  readonly labels?: readonly string[] | undefined;
  /** The answer that the explained one is told apart from. */
  readonly against?: number | undefined;
  /** Whether scores have shares: those of a softmax. */
  readonly shares?: boolean | undefined;
  /** Which node had which rule. */
  readonly rules?: RuleTable | undefined;
}

/** The page; `htmlPage` writes it. */
export function textExplanationPage(explanation: TextExplanation, about: TextPageAbout = {}): Page {
  const { answer, position, words, tokens, elsewhere, assumed, warnings, scores } = explanation;
  const { model, composite, against, labels, shares = false, rules } = about;
  const named = (id: number): string => labels?.[id] ?? `output ${id}`;
  const asked = against === undefined ? named(answer) : `${named(answer)} rather than ${named(against)}`;
  const after = position === undefined ? undefined : `after token ${position}, ${tokens[position]!}`;
  const subtitle = [after, model, composite].filter((part) => part !== undefined).join(" · ");
  const text = words.words.filter(({ isSpecial }) => !isSpecial)
    .map((word) => (word.isSpaced ? ` ${word.text}` : word.text)).join("").trim();
  const { low, high } = words.range;
  const ticks = [{ at: 0, text: formatNumber(low) }, { at: 1, text: formatNumber(high) }];
  if (low < 0 && high > 0) ticks.splice(1, 0, { at: -low / (high - low), text: "0" });
  const others = [...elsewhere].map(([name, relevance]) => `${name}: ${formatNumber(relevance)}`);
  const shown = { output: new Tensor([1, scores.length], scores), target: [answer] };
  const notes = [...warnings, ...assumed.map((sentence) => `assumed ${sentence}`)];
  const sections: readonly PageSection[] = [
    ...(notes.length === 0 ? [] : [{ heading: "To beware of", blocks: [{ kind: "notes", notes } as const] }]),
    { heading: "The text", blocks: [{ kind: "text", text }] },
    {
      heading: "What speaks for it",
      blocks: [
        {
          kind: "text",
          text: `Words speak for ${asked} where they are red and against it where they are blue; strong ones are ` +
            "underlined, those against it with dots.",
        },
        { kind: "markup", html: words.html() },
        { kind: "legend", colors: words.swatches(), ticks },
        ...(others.length === 0 ? [] : [
          { kind: "text", text: `Besides words, relevance came to ${others.join(", ")}.` } as const,
        ]),
      ],
    },
    { heading: "Scores", blocks: [scoreBars(scored(shown, { count: 8, labels, shares }))] },
    ...conservationSections(explanation), ...ruleSection(rules),
  ];
  return {
    title: `Why “${asked}”?`, ...(subtitle !== "" && { subtitle }), sections,
    footer: "Made with relprop: layer-wise relevance propagation.",
  };
}
