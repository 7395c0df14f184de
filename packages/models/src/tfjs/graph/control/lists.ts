/** Lists of values that loops fill and read: TensorFlow's tensor lists and tensor arrays. */
import { tensor } from "@relprop/tensor";
import { LISTS } from "../../../onnx/operators/lists.ts";
import type { GraphNode } from "../graph-def.ts";
import type { GraphOperator } from "../graph-operator.ts";
import type { Rewrite } from "../rewrite.ts";

/** Both kinds. Of an array, what says its state is the list. */
export const lists: readonly (readonly [string, GraphOperator])[] = [
  ["EmptyTensorList", (node, to) => to.make(node, "SequenceEmpty", [])],
  ["TensorListReserve", (node, to) => to.make(node, LISTS.reserve, [plain(node, to, 1)])],
  ["TensorListFromTensor", (node, to) => to.make(node, "SplitToSequence", [plain(node, to, 0)], APART)],
  ["TensorListSetItem", (node, to) => to.make(node, LISTS.set, [0, 1, 2].map((i) => plain(node, to, i)))],
  ["TensorListGetItem", (node, to) => to.make(node, "SequenceAt", [0, 1].map((i) => plain(node, to, i)))],
  ["TensorListStack", (node, to) => to.make(node, "ConcatFromSequence", [plain(node, to, 0)], TOGETHER)],
  ["TensorListLength", (node, to) => to.make(node, "SequenceLength", [plain(node, to, 0)])],
  ["TensorListPushBack", (node, to) => to.make(node, "SequenceInsert", [0, 1].map((i) => plain(node, to, i)))],
  ["TensorListPopBack", (node, to) => {
    const [list, last] = [plain(node, to, 0), to.tensor(tensor(-1), 7)];
    to.make(node, "SequenceErase", [list, last]);
    to.make(node, "SequenceAt", [list, last], {}, 1);
  }],
  ["TensorListGather", (node, to) => gather(node, to, 0, 1)],
  ["TensorListConcatV2", (node, to) => to.make(node, "ConcatFromSequence", [plain(node, to, 0)], { axis: 0 })],
  ["TensorArrayV3", (node, to) => {
    to.make(node, LISTS.reserve, [plain(node, to, 0)], {}, 1);
    to.alias(node.name, `${node.name}:1`);
  }],
  ["TensorArrayReadV3", (node, to) => to.make(node, "SequenceAt", [2, 1].map((i) => plain(node, to, i)))],
  ["TensorArrayWriteV3", (node, to) => to.make(node, LISTS.set, [3, 1, 2].map((i) => plain(node, to, i)))],
  ["TensorArrayScatterV3", (node, to) => to.make(node, LISTS.scatter, [3, 1, 2].map((i) => plain(node, to, i)))],
  ["TensorArrayGatherV3", (node, to) => gather(node, to, 2, 1)],
  ["TensorArraySizeV3", (node, to) => to.make(node, "SequenceLength", [plain(node, to, 1)])],
  ["TensorArrayConcatV3", (node, to) => to.make(node, "ConcatFromSequence", [plain(node, to, 1)], { axis: 0 })],
  ["TensorArrayCloseV3", () => undefined],
];

const APART = { axis: 0, keepdims: 0 };
const TOGETHER = { axis: 0, new_axis: 1 };

function plain(node: GraphNode, to: Rewrite, input: number): string {
  const name = node.inputs[input];
  if (name === undefined) throw new RangeError(`takes more than ${input} inputs, got ${node.inputs.length}`);
  return to.plain(name);
}

/** Elements of a list, stacked. */
function gather(node: GraphNode, to: Rewrite, list: number, indices: number): void {
  const all = to.step(node, "ConcatFromSequence", [plain(node, to, list)], TOGETHER);
  to.make(node, "Gather", [all, plain(node, to, indices)], { axis: 0 });
}
