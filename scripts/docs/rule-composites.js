// The composites under which the pages on rules show their digits: the rule where it is used, ε above it.
import {
  alphaBeta, byKind, composite, epsilon, epsilonPlus, everywhere, first, flat, gamma, generalizedGamma, wSquare, zBox,
  zero, zPlus,
} from "relprop";

const atConvolutions = (rule) => composite(byKind({ Conv: rule, Dense: epsilon() }));
const atFirst = (rule) => composite(epsilonPlus(), first(rule));

export const composites = {
  "zero": everywhere(zero()),
  "epsilon": everywhere(epsilon(0.25)),
  "gamma": atConvolutions(gamma()),
  "generalized-gamma": atConvolutions(generalizedGamma()),
  "alpha-beta": atConvolutions(alphaBeta(2, 1)),
  "z-plus": atConvolutions(zPlus()),
  "w-square": atFirst(wSquare()),
  "flat": atFirst(flat()),
  "z-box": atFirst(zBox(0, 1)),
};
