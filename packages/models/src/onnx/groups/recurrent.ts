/** Recurrent networks, and signals. */
import { windowFolds, windowOutcomes } from "../fold/windows.ts";
import type { OperatorGroup } from "../operators/operator-group.ts";
import { recurrences } from "../operators/recurrences.ts";
import { signals } from "../operators/signals.ts";

/** LSTM, GRU and RNN; spectra and windows. */
export const recurrentOperators: OperatorGroup = {
  name: "recurrent",
  operators: [...recurrences, ...signals],
  folds: [...windowFolds],
  outcomes: windowOutcomes,
};
