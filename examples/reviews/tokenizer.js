// The words of tokenizer.json, looked up as it says: lower case, words and signs apart, one mark before and one behind.
const WORDS = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu;

/** A tokeniser of a file that knows whole words: `encode(text)` gives `{ ids, tokens }`. */
export function wordTokenizer({ model: { vocab, unk_token: unknown }, post_processor: { single } }) {
  const idOf = new Map(Object.entries(vocab));
  const wordsOf = (text) => text.toLowerCase().match(WORDS) ?? [];
  return {
    encode: (text) => {
      const words = wordsOf(text).map((word) => (idOf.has(word) ? word : unknown));
      const tokens = single.flatMap(({ SpecialToken: mark }) => (mark === undefined ? words : [mark.id]));
      return { ids: tokens.map((token) => idOf.get(token)), tokens };
    },
    /** Words that it does not know. */
    unknown: (text) => [...new Set(wordsOf(text))].filter((word) => !idOf.has(word)),
    /** The text without a word. */
    without: (text, word) => {
      let isGone = false;
      return text.replaceAll(WORDS, (each) => {
        if (isGone || each.toLowerCase() !== word) return each;
        isGone = true;
        return "";
      }).replaceAll(/\s+/g, " ").trim();
    },
  };
}
