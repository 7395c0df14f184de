/** Why values of a graph cannot be had: said to whoever needs them. */
import { ShapeError } from "@relprop/tensor";
import { ModelFormatError } from "../model-format-error.ts";
import { MORE_GROUPS, namedGroups } from "./operators/operator-group.ts";
import type { NodeProto } from "./schema.ts";
import type { Refused } from "./value.ts";

/** How errors call a node. */
export function called({ name, opType, outputs }: NodeProto): string {
  return name === "" ? `the ${opType} node that makes "${outputs[0] ?? ""}"` : `node "${name}"`;
}

/** What a node is whose values cannot be had, for this reason. */
export function refusal(node: NodeProto, reason: string | RangeError): Refused {
  const message = typeof reason === "string" ? reason : reason.message;
  const options = reason instanceof ShapeError ? { cause: reason } : undefined;
  return refusedLater(() =>
    new ModelFormatError(`loadOnnx: ${called(node)} (${node.opType}): ${message}`, node.position, options));
}

/** What helps where a file has operators that are not known. */
export const ADVICE: string = "export with another operator set or without fusing, or say what it does by the option " +
  "operators; docs/reference/formats.md lists what is known";

/** The error for a node of an operator that is not known. */
export function unsupported(node: NodeProto, operator: string, groups?: readonly string[]): ModelFormatError {
  const why = groups === undefined ? `known: ${ADVICE}` : `among ${namedGroups(groups)}: ${MORE_GROUPS}`;
  const message = `loadOnnx: ${called(node)} uses operator ${operator}, which is not ${why}`;
  return new ModelFormatError(message, node.position);
}

/** A refusal whose error is made when somebody needs the value: most nodes of some files are refused. */
export function refusedLater(make: () => ModelFormatError): Refused {
  return {
    kind: "refused",
    get error() {
      return make();
    },
  };
}
