/** The worker of the studio's page: does what it is asked, one thing after another. */
import { preferKernels, simd } from "../index.ts";
import { answerMessages } from "./host.ts";
import { Studio, type Asked } from "./studio.ts";
import type { Given } from "./studio-input.ts";
import type { NamedFile } from "./named-file.ts";

/** What the page asks; it gets back `{ id, done }` or `{ id, failed }`. */
export type Question = { readonly id: number } & (
  | { readonly ask: "open"; readonly files: readonly NamedFile[] }
  | { readonly ask: "name"; readonly labels: readonly string[] | undefined }
  | { readonly ask: "give"; readonly given: Given; readonly fit: string }
  | { readonly ask: "explain"; readonly asked: Asked }
  | { readonly ask: "node"; readonly node: string; readonly asked: Asked }
);

/** Begins to answer what the page asks; `loadLibrary` gives what reads tokenisers, if there is any. */
export function answerQuestions(loadLibrary?: () => Promise<unknown>): void {
  preferKernels(simd);
  let studio: Studio | undefined;
  const answered = async (question: Question): Promise<unknown> => {
    if (question.ask === "open") {
      studio = await Studio.open(question.files, loadLibrary);
      return studio.card;
    }
    if (studio === undefined) throw new RangeError("studio: takes a model first, got none");
    if (question.ask === "name") return studio.name(question.labels);
    if (question.ask === "give") return studio.give(question.given, question.fit);
    if (question.ask === "explain") return studio.explain(question.asked);
    return studio.node(question.node, question.asked);
  };
  answerMessages(async (message) => {
    const question = message as Question;
    try {
      return { id: question.id, done: await answered(question) };
    } catch (error) {
      return { id: question.id, failed: error instanceof Error ? error.message : String(error) };
    }
  });
}
