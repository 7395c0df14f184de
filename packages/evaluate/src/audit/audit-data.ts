/** What an audit reads. */
import type { Tensor } from "@relprop/tensor";

/** The samples that are looked through; read one at a time, some of them again. */
export interface AuditData {
  readonly size: number;
  /** `[1, …]` */
  read(id: number): Tensor | Promise<Tensor>;
}
