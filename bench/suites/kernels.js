/** Kernels one by one, at the sizes of VGG16, ResNet-18 and LeNet-5. */
import { kernels, poolKernels } from "@relprop/tensor";
import { generator } from "../random.js";

/** Kernels in use when a case is made; `tiny` keeps every kind of case and makes all of them small. */
export function cases({ tiny = false } = {}) {
  const random = generator(1);
  const numbers = (length) => kernels().allocate(length).map(() => random());

  const conv = (label, geometry) => {
    const { batch, groups, channelsIn, channelsOut, input, output, kernel } = geometry;
    const operands = () => ({
      x: numbers(batch * channelsIn * volume(input)),
      weight: numbers((channelsOut * channelsIn * volume(kernel)) / groups),
      bias: numbers(channelsOut),
      out: numbers(batch * channelsOut * volume(output)),
    });
    const flops = (2 * batch * channelsOut * volume(output) * channelsIn * volume(kernel)) / groups;
    const ways = {
      forward: ({ x, weight, bias, out }) => () => kernels().conv(geometry, x, weight, bias, out),
      back: ({ x, weight, out }) => () => kernels().convTransposed(geometry, out, weight, x),
    };
    return Object.entries(ways).map(([way, run]) => ({
      label: `conv ${label} ${way}`, flops, make: () => run(operands()),
    }));
  };

  const dense = (m, n, k) => {
    const operands = () => ({ a: numbers(m * k), b: numbers(n * k), bias: numbers(n), out: numbers(m * n) });
    const ways = {
      forward: ({ a, b, bias, out }) => () => kernels().dense(m, n, k, a, b, bias, out),
      back: ({ a, b, out }) => () => kernels().denseTransposed(m, n, k, out, b, a),
    };
    return Object.entries(ways).map(([way, run]) => ({
      label: `dense ${m}x${n}x${k} ${way}`, flops: 2 * m * n * k, make: () => run(operands()),
    }));
  };

  const matmul = (n) => ({
    label: `matmul ${n}`,
    flops: 2 * n ** 3,
    make() {
      const [a, b, out] = [numbers(n * n), numbers(n * n), numbers(n * n)];
      return () => kernels().matmul(1, n, n, n, a, b, out);
    },
  });

  const elementwise = (count) => {
    const guard = { epsilon: 1e-6, clip: false };
    const operations = {
      relu: (a, b, out) => kernels().relu(a, out),
      add: (a, b, out) => kernels().add(a, b, out),
      product: (a, b, out) => kernels().product(1, a, b, out),
      quotient: (a, b, out) => kernels().quotient(a, b, guard, out),
    };
    return Object.entries(operations).map(([name, run]) => ({
      label: `${name} ${count}`,
      flops: count,
      make() {
        const [a, b, out] = [numbers(count), numbers(count), numbers(count)];
        return () => run(a, b, out);
      },
    }));
  };

  const pool = (channels, extent) => {
    const half = extent / 2;
    const outputs = channels * half * half;
    const axis = (count, step, taps) => [
      Int32Array.from({ length: count }, (_, i) => i * step), new Int32Array(count).fill(taps),
    ];
    const axes = [axis(1, 1, 1), axis(half, 2, 2), axis(half, 2, 2)];
    const geometry = {
      planes: channels, input: [1, extent, extent], output: [1, half, half], dilation: [1, 1, 1],
      start: axes.map(([start]) => start), taps: axes.map(([, taps]) => taps),
      divisor: new Float32Array(half * half).fill(4),
    };
    const winners = new Int32Array(outputs);
    const operations = {
      maxPool: (x, out) => poolKernels().maxPool(geometry, x, out, winners),
      averagePool: (x, out) => poolKernels().averagePool(geometry, x, out),
      averagePoolTransposed: (x, out) => poolKernels().averagePoolTransposed(geometry, out, x),
    };
    return Object.entries(operations).map(([name, run]) => ({
      label: `${name} ${channels}@${extent}`,
      flops: 4 * outputs,
      make() {
        const [x, out] = [numbers(4 * outputs), numbers(outputs)];
        return () => run(x, out);
      },
    }));
  };

  if (tiny) return [...conv("2->3@6", square(2, 3, 6)), ...dense(1, 3, 5), matmul(4), ...elementwise(9), ...pool(2, 4)];
  return [
    ...conv("3->64@224", square(3, 64, 224)),
    ...conv("64->64@112", square(64, 64, 112)),
    ...conv("128->128@56", square(128, 128, 56)),
    ...conv("256->256@28", square(256, 256, 28)),
    ...conv("512->512@14", square(512, 512, 14)),
    ...conv("512->512@7", square(512, 512, 7)),
    ...conv("256->256@28 1x1", square(256, 256, 28, { kernel: 1 })),
    ...conv("64->128@56 stride 2", square(64, 128, 56, { stride: 2 })),
    ...conv("3->64@224 7x7 stride 2", square(3, 64, 224, { kernel: 7, stride: 2 })),
    ...conv("depthwise 256@28", square(256, 256, 28, { groups: 256 })),
    ...conv("lenet 1->6@28 5x5", square(1, 6, 28, { kernel: 5 })),
    ...conv("lenet 6->16@14 5x5", square(6, 16, 14, { kernel: 5, padding: 0 })),
    ...conv("lenet x64 6->16@14 5x5", square(6, 16, 14, { kernel: 5, padding: 0, batch: 64 })),
    ...dense(1, 4096, 25088),
    ...dense(1, 120, 400),
    ...dense(64, 1024, 1024),
    matmul(512),
    matmul(1024),
    ...elementwise(802816),
    ...pool(64, 112),
  ];
}

const volume = (extent) => extent.reduce((a, b) => a * b);

/** A convolution of square images that keeps their extent unless told otherwise. */
function square(channelsIn, channelsOut, extent, options = {}) {
  const { kernel = 3, stride = 1, groups = 1, batch = 1, padding = (kernel - 1) >> 1 } = options;
  const output = Math.floor((extent + 2 * padding - kernel) / stride) + 1;
  return {
    batch, groups, channelsIn, channelsOut,
    input: [1, extent, extent], output: [1, output, output], kernel: [1, kernel, kernel],
    stride: [1, stride, stride], padding: [0, padding, padding], dilation: [1, 1, 1],
  };
}
