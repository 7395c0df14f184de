// The worker: everything that computes.
import { answerQuestions } from "./studio-worker.js";

// Tokenisers are no part of the package: the file is there where `relprop view` found that library.
answerQuestions(() => import("./tokenizers.js").catch(() => undefined));
