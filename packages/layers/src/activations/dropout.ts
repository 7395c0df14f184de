/** Dropout at inference. */
import { Identity } from "../shaping/reshaping.ts";

/** The input itself: elements are dropped in training only (Srivastava et al. 2014). */
export class Dropout extends Identity {
  override readonly kind: string = "Dropout";
  /** The probability in training; of no effect here. */
  readonly rate: number;

  constructor(rate = 0.5) {
    super();
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`Dropout: takes a rate from 0 to 1, got ${rate}`);
    this.rate = rate;
  }
}

/** The input itself: dropout that keeps mean and variance acts in training only (Klambauer et al. 2017). */
export class AlphaDropout extends Dropout {
  override readonly kind = "AlphaDropout";
}
