/** What an audit of texts reads. */

/** Texts, and what a network makes of token ids. */
export interface AuditedTexts {
  readonly size: number;
  /** The token ids of a text; read one at a time, some of them again. */
  read(id: number): readonly number[] | Promise<readonly number[]>;
  /** The scores of all classes. */
  scores(ids: readonly number[]): ArrayLike<number>;
  /** What every token says for a class, rather than for another where one is given. */
  explain(ids: readonly number[], label: number, against: number | undefined): ArrayLike<number>;
  /** Ids that are no words: those that mark beginnings, ends and padding. */
  readonly keep?: readonly number[];
}
