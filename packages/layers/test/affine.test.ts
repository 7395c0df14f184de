import { Conv, ConvTranspose, Dense, foldAfter, foldBefore, relu } from "@relprop/layers";
import { sum, tensor, zeros, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { expectClose, values } from "./closeness.ts";
import { randomTensor } from "./random.ts";

describe("affine layers", () => {
  const layers = [
    new Dense(randomTensor([4, 3]), { bias: randomTensor([4]), activation: relu }),
    new Conv(randomTensor([4, 3, 2]), { bias: randomTensor([4]), activation: relu }),
    new ConvTranspose(randomTensor([3, 4, 2]), { bias: randomTensor([4]), activation: relu }),
  ];
  const inputFor = (layer: (typeof layers)[number], batch: number): Tensor =>
    randomTensor(layer.kind === "Dense" ? [batch, 3] : [batch, 3, 5]);

  const stack = (x: Tensor): Tensor => x.reshape([1, ...x.shape]);

  test.each(layers.map((layer) => [layer.kind, layer] as const))("%s applies its activation to the sum", (_, layer) => {
    const x = inputFor(layer, 2);
    expect(values(layer.forward(x))).toEqual(values(layer.preactivation(x)).map((z) => Math.max(z, 0)));
    const { back } = layer.pullback(x);
    const s = randomTensor(layer.outputShape(x.shape), 5);
    const open = tensor(values(s).map((v, i) => (layer.preactivation(x).data[i]! > 0 ? v : 0)), s.shape);
    expectClose(back(s)[0]!, layer.transpose(stack(open), x.shape).reshape(x.shape), 1e-9);
  });

  test.each(layers.map((layer) => [layer.kind, layer] as const))("%s takes an empty batch", (_, layer) => {
    const x = inputFor(layer, 0);
    const { output, back } = layer.pullback(x);
    expect(output.shape[0]).toBe(0);
    expect(back(output)[0]!.shape).toEqual(x.shape);
  });

  test.each(layers.map((layer) => [layer.kind, layer] as const))(
    "%s sends back several copies of a batch, each as if alone",
    (_, layer) => {
      const x = inputFor(layer, 2);
      const s = randomTensor([3, ...layer.outputShape(x.shape)], 4);
      const back = layer.transpose(s, x.shape);
      expect(back.shape).toEqual([3, ...x.shape]);
      for (let k = 0; k < 3; k++) {
        expectClose(back.rows(k, k + 1), layer.transpose(s.rows(k, k + 1), x.shape), 1e-9);
      }
    },
  );

  test.each(layers.map((layer) => [layer.kind, layer] as const))(
    "%s takes up a scale and shift of its outputs and a scale of its inputs",
    (_, layer) => {
      const linear = layer.withParameters(layer.weight, layer.bias) as typeof layer;
      const x = inputFor(layer, 2);
      const [scale, shift] = [randomTensor([4], 8), randomTensor([4], 9)];
      const channelOf = (shape: readonly number[], i: number): number =>
        shape.length === 2 ? i % shape[1]! : Math.floor(i / shape[2]!) % shape[1]!;
      const z = linear.forward(x);
      expectClose(
        foldAfter(linear, scale, shift)!.forward(x),
        tensor(
          values(z).map((v, i) => v * scale.data[channelOf(z.shape, i)]! + shift.data[channelOf(z.shape, i)]!),
          z.shape,
        ),
        2e-6,
      );
      const inner = randomTensor([3], 10);
      const scaled = tensor(
        values(x).map((v, i) => v * inner.data[channelOf(x.shape, i)]!),
        x.shape,
      );
      expectClose(foldBefore(linear, inner, undefined)!.forward(x), linear.forward(scaled), 2e-6);
      expect(foldAfter(linear, inner, undefined)).toBeUndefined();
      expect(foldBefore(linear, scale, undefined)).toBeUndefined();
    },
  );

  test("only layers whose borders allow it take up a shift of their inputs", () => {
    const shift = tensor([1, 2, 3]);
    const scale = tensor([1, 1, 1]);
    const x = randomTensor([1, 3, 5]);
    const shifted = tensor(values(x).map((v, i) => v + shift.data[Math.floor(i / 5)]!), x.shape);
    const conv = new Conv(randomTensor([4, 3, 2]));
    expectClose(foldBefore(conv, scale, shift)!.forward(x), conv.forward(shifted), 2e-6);
    expect(foldBefore(new Conv(conv.weight, { padding: 1 }), scale, shift)).toBeUndefined();
    expect(foldBefore(new Conv(conv.weight, { padding: 1 }), scale, zeros([3]))).toBeDefined();
    expect(foldBefore(new ConvTranspose(randomTensor([3, 4, 2])), scale, shift)).toBeUndefined();
  });

  test("grouped transposed convolutions take up a scale of their outputs", () => {
    const layer = new ConvTranspose(randomTensor([4, 2, 3]), { groups: 2, stride: 2 });
    const x = randomTensor([1, 4, 3]);
    const scale = tensor([2, 3, 5, 7]);
    const z = layer.forward(x);
    const plane = z.shape[2]!;
    expectClose(
      foldAfter(layer, scale, undefined)!.forward(x),
      tensor(
        values(z).map((v, i) => v * scale.data[Math.floor(i / plane)]!),
        z.shape,
      ),
      2e-6,
    );
  });

  test("NaN passes through", () => {
    for (const layer of layers) {
      const x = inputFor(layer, 1);
      x.data[0] = NaN;
      expect(sum(layer.forward(x))).toBeNaN();
    }
  });
});
