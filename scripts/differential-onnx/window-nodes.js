/** Random nodes that look at windows, along axes, or through sequences. */

/** Kernels, strides and borders of so many axes. */
function geometry(r, axes, { dilations = true } = {}) {
  const kernel = r.shape(axes, 1, 3);
  const attributes = { kernel_shape: kernel };
  if (r.chance(0.7)) attributes.strides = r.shape(axes, 1, 3);
  if (dilations && r.chance(0.4)) attributes.dilations = r.shape(axes, 1, 2);
  // The peer passes dilations over where it pads by itself.
  const isOwn = attributes.dilations === undefined && r.chance(0.3);
  if (isOwn) {
    attributes.auto_pad = r.of("SAME_UPPER", "SAME_LOWER", "VALID");
    // Where a stride leaves more out than a border takes, the standard pads nothing and the peer crops.
    if (attributes.strides !== undefined) {
      attributes.strides = attributes.strides.map((stride, i) => Math.min(stride, kernel[i]));
    }
  }
  else if (r.chance(0.6)) attributes.pads = [...kernel, ...kernel].map((extent) => r.whole(0, extent - 1));
  return attributes;
}

function convolution(r) {
  const axes = r.whole(1, 3);
  const op = r.of("Conv", "ConvTranspose");
  const attributes = geometry(r, axes);
  // By the standard a stride's worth comes out of every element; the peer leaves what is less than a kernel out.
  if (op === "ConvTranspose") delete attributes.auto_pad;
  const group = r.of(1, 1, 2);
  const [channels, filters] = [group * r.whole(1, 2), r.whole(1, 2)];
  if (group > 1 || r.chance(0.5)) attributes.group = group;
  const x = r.floats([r.whole(1, 2), channels, ...r.shape(axes, 5, 8)]);
  const constant = r.chance(0.7);
  const outward = op === "Conv" ? [filters * group, channels / group] : [channels, filters];
  const w = r.floats([...outward, ...attributes.kernel_shape], { constant });
  if (op === "ConvTranspose" && r.chance(0.3) && attributes.strides !== undefined) {
    attributes.output_padding = attributes.strides.map((stride) => r.whole(0, stride - 1));
  }
  const b = r.chance(0.5) ? [r.floats([filters * group], { constant })] : [];
  return { op, opset: 18, inputs: [x, w, ...b], attributes };
}

function pool(r) {
  const op = r.of("MaxPool", "AveragePool", "LpPool");
  const axes = r.whole(1, 3);
  const attributes = geometry(r, axes);
  // What lies beyond the borders that the peer finds by itself is counted otherwise.
  if (attributes.auto_pad === undefined && r.chance(0.4)) attributes.ceil_mode = 1;
  if (op === "AveragePool" && r.chance(0.5)) attributes.count_include_pad = 1;
  if (op === "LpPool") attributes.p = r.of(1, 2, 3);
  // From operator set 19 on, which has dilations, the peer leaves out borders behind the end where it is to count them,
  // and before it counts what lies behind the borders.
  const isOld = attributes.count_include_pad === 1;
  if (isOld) ["dilations", "ceil_mode"].forEach((name) => delete attributes[name]);
  const x = r.floats([1, r.whole(1, 2), ...r.shape(axes, 5, 8)]);
  return { op, opset: isOld ? 18 : 19, inputs: [x], attributes };
}

function normalization(r) {
  const op = r.of("LayerNormalization", "InstanceNormalization", "BatchNormalization", "LRN", "GroupNormalization");
  const channels = 2 * r.whole(1, 3);
  const shape = [r.whole(1, 2), channels, ...r.shape(r.whole(1, 2), 2, 4)];
  const x = r.floats(shape);
  const c = (options = {}) => r.floats([channels], { constant: r.chance(0.8), ...options });
  if (op === "LRN") return { op, opset: 13, inputs: [x], attributes: { size: r.whole(1, 5), bias: { float: 1.5 } } };
  if (op === "BatchNormalization") {
    return { op, opset: 15, inputs: [x, c(), c(), c(), c({ low: 0.2, high: 2 })] };
  }
  if (op === "InstanceNormalization") return { op, opset: 18, inputs: [x, c(), c()] };
  if (op === "GroupNormalization") {
    return { op, opset: 21, inputs: [x, c(), c()], attributes: { num_groups: r.of(1, 2, channels) } };
  }
  const axis = r.whole(1, shape.length - 1);
  const w = () => r.floats(shape.slice(axis), { constant: r.chance(0.8) });
  return { op, opset: 17, inputs: [x, w(), ...(r.chance(0.5) ? [w()] : [])], attributes: { axis } };
}

function reduction(r) {
  const name = r.of("Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp");
  const shape = r.shape(r.whole(1, 4));
  const axes = shape.map((_,
    i) => i).filter(() => r.chance(0.5)).map((axis) => (r.chance(0.3) ? axis - shape.length : axis));
  const attributes = r.chance(0.5) ? { keepdims: r.whole(0, 1) } : {};
  // Where nothing is added up, the standard squares all the same; the peer hands everything on.
  if (axes.length === 0 && ["Sum", "Mean", "Max"].includes(name) && r.chance(0.3)) attributes.noop_with_empty_axes = 1;
  const x = r.floats(shape, name === "LogSum" ? { low: 0.1, high: 2 } : {});
  const inputs = axes.length === 0 && r.chance(0.5) ? [x] : [x, r.list(axes)];
  return { op: `Reduce${name}`, opset: 18, inputs, attributes };
}

function alongAxis(r) {
  const op = r.of("Softmax", "LogSoftmax", "Hardmax", "LpNormalization", "ArgMax", "ArgMin", "CumSum", "TopK",
    "Flatten");
  const shape = r.shape(r.whole(1, 4));
  const axis = r.whole(-shape.length, shape.length - 1);
  const x = r.floats(shape);
  if (op === "CumSum") {
    const at = { shape: [], type: "int64", values: [axis], constant: true };
    return { op, opset: 14, inputs: [x, at], attributes: { exclusive: r.whole(0, 1), reverse: r.whole(0, 1) } };
  }
  if (op === "TopK") {
    const k = r.list([r.whole(1, shape.at(axis))]);
    return { op, opset: 18, inputs: [x, k], attributes: { axis, largest: r.whole(0, 1) }, outputs: ["float", "int64"] };
  }
  const attributes = { axis };
  if (op === "LpNormalization") attributes.p = r.of(1, 2);
  if (op.startsWith("Arg")) Object.assign(attributes, { keepdims: r.whole(0, 1), select_last_index: r.whole(0, 1) });
  return { op, opset: r.of(13, 18), inputs: [x], attributes, outputs: [op.startsWith("Arg") ? "int64" : "float"] };
}

function recurrent(r) {
  const op = r.of("LSTM", "GRU", "RNN");
  const [steps, batch, features, hidden] = r.shape(4, 1, 3);
  const direction = r.of("forward", "reverse", "bidirectional");
  const ways = direction === "bidirectional" ? 2 : 1;
  const gates = { LSTM: 4, GRU: 3, RNN: 1 }[op];
  const constant = true;
  const inputs = [r.floats([steps, batch, features]), r.floats([ways, gates * hidden, features], { constant }),
    r.floats([ways, gates * hidden, hidden], { constant })];
  inputs.push(r.chance(0.6) ? r.floats([ways, 2 * gates * hidden], { constant }) : undefined);
  const lengths = r.chance(0.3) ? { ...r.integers([batch], 1, steps, { type: "int32", constant: true }) } : undefined;
  inputs.push(lengths, r.chance(0.4) ? r.floats([ways, batch, hidden]) : undefined);
  if (op === "LSTM") inputs.push(r.chance(0.4) ? r.floats([ways, batch, hidden]) : undefined);
  while (inputs.at(-1) === undefined) inputs.pop();
  const attributes = { direction, hidden_size: hidden, ...(op === "GRU" ? { linear_before_reset: r.whole(0,
    1) } : {}) };
  return { op, opset: 14, inputs, attributes, outputs: op === "LSTM" ? ["float", "float", "float"] : ["float",
    "float"] };
}

/** By family. A family gets a `Random` and gives a node. */
export const windows = { convolution, pool, normalization, reduction, alongAxis, recurrent };
