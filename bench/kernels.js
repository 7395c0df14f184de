/**
 * Kernels one by one: milliseconds and GFLOP/s, medians of rounds that interleave all cases.
 *
 *     node bench/kernels.js [pattern] [--rounds=15] [--kernels=simd|scalar] [--threads=1] [--clock=wall|cpu]
 *
 * `--clock=cpu` counts this process's processor time alone: of use on a busy machine, and with one thread.
 */
import { scalar } from "../packages/tensor/dist/index.js";
import { simd, useThreads } from "../packages/tensor/dist/simd/index.js";

const option = (name, fallback) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const pattern = new RegExp(process.argv.slice(2).find((word) => !word.startsWith("--")) ?? ".");
await useThreads(Number(option("threads", "1")));
const kernels = option("kernels", "simd") === "scalar" ? scalar : simd();

let state = 1;
const random = (length) => {
  const out = kernels.allocate(length);
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state / 2 ** 31 - 1;
  }
  return out;
};

const square = (channelsIn, channelsOut, extent, kernel = 3, options = {}) => {
  const { stride = 1, groups = 1, batch = 1, padding = (kernel - 1) >> 1 } = options;
  const output = Math.floor((extent + 2 * padding - kernel) / stride) + 1;
  return {
    batch, groups, channelsIn, channelsOut,
    input: [1, extent, extent], output: [1, output, output], kernel: [1, kernel, kernel],
    stride: [1, stride, stride], padding: [0, padding, padding], dilation: [1, 1, 1],
  };
};

const volume = (extent) => extent.reduce((a, b) => a * b);

function conv(label, geometry, direction = "both") {
  const { batch, groups, channelsIn, channelsOut, input, output, kernel } = geometry;
  const make = () => [
    random(batch * channelsIn * volume(input)),
    random((channelsOut * channelsIn * volume(kernel)) / groups),
    random(channelsOut),
    random(batch * channelsOut * volume(output)),
  ];
  const flops = (2 * batch * channelsOut * volume(output) * channelsIn * volume(kernel)) / groups;
  return [
    ["forward", ([x, weight, bias, out]) => kernels.conv(geometry, x, weight, bias, out)],
    ["back", ([x, weight, , s]) => kernels.convTransposed(geometry, s, weight, x)],
  ]
    .filter(([way]) => direction === "both" || way === direction)
    .map(([way, run]) => ({ label: `conv ${label} ${way}`, flops, make, run }));
}

function dense(m, n, k) {
  const make = () => [random(m * k), random(n * k), random(n), random(m * n)];
  const flops = 2 * m * n * k;
  return [
    ["forward", ([a, b, bias, out]) => kernels.dense(m, n, k, a, b, bias, out)],
    ["back", ([a, b, , s]) => kernels.denseTransposed(m, n, k, s, b, a)],
  ].map(([way, run]) => ({ label: `dense ${m}x${n}x${k} ${way}`, flops, make, run }));
}

function matmul(n) {
  const make = () => [random(n * n), random(n * n), random(n * n)];
  const run = ([a, b, out]) => kernels.matmul(1, n, n, n, a, b, out);
  return [{ label: `matmul ${n}`, flops: 2 * n ** 3, make, run }];
}

function elementwise(name, count, run) {
  return [{ label: `${name} ${count}`, flops: count, make: () => [random(count), random(count), random(count)], run }];
}

function maxPool(channels, extent) {
  const half = extent / 2;
  const axis = (count, step, taps) => [
    Int32Array.from({ length: count }, (_, i) => i * step), new Int32Array(count).fill(taps),
  ];
  const axes = [axis(1, 1, 1), axis(half, 2, 2), axis(half, 2, 2)];
  const geometry = {
    planes: channels, input: [1, extent, extent], output: [1, half, half], dilation: [1, 1, 1],
    start: axes.map(([start]) => start), taps: axes.map(([, taps]) => taps),
    divisor: new Float32Array(half * half).fill(4),
  };
  const outputs = channels * half * half;
  const make = () => [random(4 * outputs), random(outputs), new Int32Array(outputs)];
  return [
    ["maxPool", ([x, out, winners]) => kernels.maxPool(geometry, x, out, winners)],
    ["averagePool", ([x, out]) => kernels.averagePool(geometry, x, out)],
  ].map(([name, run]) => ({ label: `${name} ${channels}@${extent}`, flops: 4 * outputs, make, run }));
}

const cases = [
  ...conv("3->64@224", square(3, 64, 224)),
  ...conv("64->64@112", square(64, 64, 112)),
  ...conv("128->128@56", square(128, 128, 56)),
  ...conv("256->256@28", square(256, 256, 28)),
  ...conv("512->512@14", square(512, 512, 14)),
  ...conv("512->512@7", square(512, 512, 7)),
  ...conv("256->256@28 1x1", square(256, 256, 28, 1)),
  ...conv("64->128@56 stride 2", square(64, 128, 56, 3, { stride: 2 })),
  ...conv("3->64@224 7x7 stride 2", square(3, 64, 224, 7, { stride: 2 })),
  ...conv("depthwise 256@28", square(256, 256, 28, 3, { groups: 256 })),
  ...conv("lenet 1->6@28 5x5", square(1, 6, 28, 5)),
  ...conv("lenet 6->16@14 5x5", square(6, 16, 14, 5, { padding: 0 })),
  ...conv("lenet x64 6->16@14 5x5", square(6, 16, 14, 5, { padding: 0, batch: 64 })),
  ...dense(1, 4096, 25088),
  ...dense(1, 120, 400),
  ...dense(64, 1024, 1024),
  ...matmul(512),
  ...matmul(1024),
  ...elementwise("relu", 802816, ([a, , out]) => kernels.relu(a, out)),
  ...elementwise("product", 802816, ([a, b, out]) => kernels.product(1, a, b, out)),
  ...elementwise("quotient", 802816, ([a, b, out]) => kernels.quotient(a, b, { epsilon: 1e-6, clip: false }, out)),
  ...maxPool(64, 112),
].filter(({ label }) => pattern.test(label)).map((item) => ({ ...item, operands: item.make(), times: [] }));

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const now = option("clock", "wall") === "cpu" ? cpu : () => performance.now();
const rounds = Number(option("rounds", "15"));
for (let round = -2; round < rounds; round++) {
  for (const { flops, run, operands, times } of cases) {
    const repeats = Math.max(1, Math.min(1000, Math.round(2e6 / flops)));
    const start = now();
    for (let i = 0; i < repeats; i++) run(operands);
    if (round >= 0) times.push((now() - start) / repeats);
  }
}

console.log(`${kernels.name}, ${process.version}`);
for (const { label, flops, times } of cases) {
  times.sort((a, b) => a - b);
  const [median, best] = [times[times.length >> 1], times[0]];
  const rate = (milliseconds) => (flops / milliseconds / 1e6).toFixed(1).padStart(6);
  const typical = `${median.toFixed(3).padStart(9)} ms ${rate(median)} GF/s`;
  console.log(`${label.padEnd(38)} ${typical}  (best ${best.toFixed(3)} ms ${rate(best)})`);
}
