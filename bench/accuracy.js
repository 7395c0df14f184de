/**
 * How far relevance on the SIMD kernels is from relevance on the plain loops, which add in double precision:
 *
 *     node bench/accuracy.js [subject …]
 *
 * Prints relative errors for each preset and input: of all relevance (L2), and the worst against the largest. Inputs
 * are noise, noise on one half of a constant, and noise within a black border, since residues would show where sums are
 * 0 or cancel. Subjects are those of `bench/peers/subjects.js`; ResNet-18 by default. VGG16 takes some minutes.
 */
import { LRP, presets } from "@relprop/lrp";
import { scalar, Tensor, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { inputOf, subjects } from "./peers/subjects.js";

const chosen = ["epsilon-plus-flat", "epsilon-gamma-box", "epsilon-alpha2-beta1-flat"];
const inputs = {
  noise: (value) => value,
  "half constant": (value, row, column, side) => (column < side / 2 ? 1 : value),
  "black border": (value, row, column, side) =>
    Math.min(row, column, side - row, side - column) < side / 4 ? 0 : value,
};
const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : ["resnet18"]) {
  const { build, shape } = subjects[name];
  const model = build();
  const side = shape.at(-1);
  for (const [kind, at] of Object.entries(inputs)) {
    const values = inputOf(name).map((value, i) => at(value, Math.floor(i / side) % side, i % side, side));
    for (const preset of chosen) report(`${name}, ${kind}, ${preset}`, model, new Tensor(shape, values), preset);
  }
}

function report(title, model, input, preset) {
  const [exact, fast] = [scalar, simd()].map((kernels) => {
    useKernels(kernels);
    return new LRP(model, presets[preset]()).analyze(input);
  });
  const [whole, worst] = errors(fast.relevance.data, exact.relevance.data);
  const [output] = errors(fast.output.data, exact.output.data);
  const shown = [whole, worst, output].map((error) => error.toExponential(1));
  console.log(`${title}: relevance ${shown[0]}, at worst ${shown[1]}; output ${shown[2]}`);
}

function errors(values, exact) {
  let [square, size, most, largest] = [0, 0, 0, 0];
  exact.forEach((value, i) => {
    const error = values[i] - value;
    square += error * error;
    size += value * value;
    most = Math.max(most, Math.abs(error));
    largest = Math.max(largest, Math.abs(value));
  });
  return [Math.sqrt(square / size), most / largest];
}
