// Small TensorFlow.js models of hostile structure: models within models, used again and again, wide, deep, of odd
// sizes.

const NUMBERS = [0, 0, 1, 1, 2, 2, 3, 4, 8, -1, 1.5, 100, 65536, 2 ** 26, 2 ** 40, 1e300];
const KINDS = [
  "Activation", "Add", "Multiply", "Average", "Maximum", "Concatenate", "Dense", "Conv2D", "Conv1D", "DepthwiseConv2D",
  "Conv2DTranspose", "MaxPooling2D", "AveragePooling1D", "GlobalAveragePooling2D", "Flatten", "Reshape", "Permute",
  "RepeatVector", "ZeroPadding2D", "UpSampling2D", "BatchNormalization", "LayerNormalization", "Softmax", "Embedding",
  "LSTM", "GRU", "Bidirectional", "TimeDistributed", "Masking", "Cropping2D", "PReLU", "Dot", "Subtract",
];

/** A description and its shards; the same for the same seed. */
export function tfjsCase(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const numbers = () => Array.from({ length: pick([0, 1, 2, 2, 3, 70]) }, () => pick(NUMBERS));
  let count = 0;
  /** How many models may still be written within models. */
  let nested = 14;
  const config = (name) => {
    const given = {
      units: pick(NUMBERS), filters: pick(NUMBERS), kernel_size: numbers(), pool_size: numbers(), strides: numbers(),
      padding: pick(["same", "valid", "causal", [[1, 1], [2, 2]], [pick(NUMBERS), 1]]),
      size: numbers(), n: pick(NUMBERS),
      target_shape: numbers(), dims: numbers(), axis: pick([1, -1, 0, 70]), activation: pick(["relu", "softmax", "?"]),
      dilation_rate: numbers(), data_format: pick(["channels_last", "channels_first"]), use_bias: pick([true, false]),
      input_dim: pick(NUMBERS), output_dim: pick(NUMBERS), return_sequences: pick([true, false]),
    };
    return { name, ...Object.fromEntries(Object.entries(given).filter(() => random() < 0.7)) };
  };
  const weights = [];
  const layer = (name) => {
    if (random() < 0.5) {
      const ranks = new Array(66).fill(1);
      const shape = pick([[4, 4], [4], [3, 3, 1, 1], [1e15, 0], [0, 65536], ranks, [2 ** 31, 0, 2 ** 31]]);
      weights.push({ name: `${name}/${pick(["kernel", "bias", "gamma", "alpha"])}`, shape, dtype: "float32" });
    }
    return { class_name: pick(KINDS), name, config: config(name) };
  };
  const deep = [null, ...new Array(70).fill(1)];
  const shape = () => pick([[null, 4], [null, 8, 8, 1], [null, 4, 4], [null, null], [null, 2 ** 24], deep]);
  const model = (depth) => {
    const given = { name: "i", batch_input_shape: shape() };
    const layers = [{ class_name: "InputLayer", name: "i", config: given, inbound_nodes: [] }];
    const uses = pick([1, 1, 2, 2, 3, 200]);
    let from = ["i", 0, 0, {}];
    for (let left = pick([1, 2, 5, 30]); left > 0; left--) {
      const name = `l${count++ % 50}${left}`;
      const made = depth > 0 && random() < 0.6 && nested-- > 0
        ? { class_name: "Model", name, config: { ...model(depth - 1), name } }
        : layer(name);
      const inbound = Array.from({ length: uses }, (_, k) => {
        const source = k === 0 ? from : [name, k - 1, 0, {}];
        return random() < 0.2 ? new Array(pick([2, 3, 100])).fill(source) : [source];
      });
      layers.push({ ...made, inbound_nodes: inbound });
      from = [name, uses - 1, 0, {}];
    }
    const outputs = new Array(pick([1, 1, 2, 500])).fill(from.slice(0, 3));
    const inputs = new Array(pick([1, 1, 1, 300])).fill(["i", 0, 0]);
    return { name: "m", layers, input_layers: inputs, output_layers: outputs };
  };
  const isSequential = random() < 0.3;
  const layers = () => Array.from({ length: pick([1, 3, 20, 300]) }, (_, i) => ({
    ...layer(`s${i % 7}`), config: { ...config(`s${i % 7}`), ...(i === 0 && { batch_input_shape: shape() }) },
  }));
  const described = isSequential
    ? { class_name: "Sequential", config: { layers: layers() } }
    : { class_name: "Model", config: model(pick([0, 1, 2, 5, 12])) };
  const sizes = weights.map(({ shape: extents }) => extents.reduce((product, extent) => product * extent, 4));
  const json = {
    modelTopology: { model_config: described },
    weightsManifest: weights.length === 0 ? [] : [{ paths: ["a"], weights: unique(weights) }],
  };
  const bytes = unique(weights).reduce((sum, weight) => sum + sizes[weights.indexOf(weight)], 0);
  return { json: JSON.stringify(json), shards: weights.length === 0 ? [] : [new Uint8Array(bytes)] };
}

function unique(weights) {
  const names = new Set();
  return weights.filter(({ name }) => names.size !== names.add(name).size);
}
