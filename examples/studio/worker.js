// The worker: everything that computes.
import { answerQuestions } from "./studio-worker.js";

answerQuestions();
