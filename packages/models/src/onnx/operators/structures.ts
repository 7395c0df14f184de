/** Nodes that say how others are gone through, and lists of values: what is left of them are the nodes themselves. */
import { branches } from "./branches.ts";
import { lists } from "./lists.ts";
import { loops } from "./loops.ts";
import type { Operator } from "./operator.ts";
import { sequences } from "./sequences.ts";

/** By operator. They take values of all kinds by name, and are gone through when a file is read. */
export const STRUCTURES: ReadonlyMap<string, Operator> = new Map([...branches, ...lists, ...loops, ...sequences]);
