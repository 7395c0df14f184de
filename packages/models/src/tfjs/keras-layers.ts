/** Every Keras layer that becomes layers here. */
import type { KerasLayer } from "./layer-call.ts";
import { activations } from "./layers/activations.ts";
import { categories } from "./layers/categories.ts";
import { films } from "./layers/films.ts";
import { masks } from "./layers/masks.ts";
import { merges } from "./layers/merges.ts";
import { normalizations } from "./layers/normalizations.ts";
import { pools } from "./layers/pools.ts";
import { products } from "./layers/products.ts";
import { recurrences } from "./layers/recurrences.ts";
import { shapes } from "./layers/shapes.ts";

/** By class name. */
export const KERAS_LAYERS: ReadonlyMap<string, KerasLayer> = new Map([
  ...activations, ...categories, ...films, ...masks, ...merges, ...normalizations, ...pools, ...products,
  ...recurrences, ...shapes,
]);
