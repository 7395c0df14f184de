// Places to break in programs and what is made of them, for mutations.js.
export const programs = {
  "packages/tensor/src/scalar/strided.ts": [
    ["if (step === 0) out.fill(data[from]!, at, at + run);", "if (step === 0) out.fill(data[0]!, at, at + run);"],
    ["from -= strides[axis]! * extents[axis]!;", "from -= strides[axis]!;"],
    ["if (strides[axis] !== step) return false;", "if (strides[axis] === 0) return false;"],
  ],
  "packages/tensor/src/program/program.ts": [
    ["operand.lastUse === at) free.push", "operand.lastUse >= at) free.push"],
    ['Object.is(operand.value, -0) ? "-0" : operand.value', "operand.value"],
  ],
  "packages/tensor/src/program/exponential.ts": [
    ["const half = n >> 1;", "const half = n;"],
    ["(x < 0 ? e : 1) / f(1 + e)", "1 / f(1 + e)"],
    ["return x < 0 ? -value : x > 0 ? value : x;", "return value;"],
  ],
  "packages/tensor/src/program/logarithm.ts": [
    ["const n = exponent - (small ? lift : 0);", "const n = exponent;"],
  ],
  "packages/tensor/src/program/error-function.ts": [
    ["f(-0.5 * low)", "0"],
    ["return x < 0 ? tail : f(1 - tail);", "return f(1 - tail);"],
  ],
  "packages/tensor/src/simd/code/program.ts": [
    ["i32.and(i32.ne(i32.and(count, 3), 0),", "i32.and(i32.and(count, 3),"],
    ["setCounter(axis, i32.add(entry(counters, axis), 1)),", ""],
  ],
  "packages/tensor/src/simd/code/operations/elementary.ts": [
    ["v128.andnot(f32x4.mul(a, b), f32x4.eq(b, zero))", "f32x4.mul(a, b)"],
    ["atLeast: binary((_, a, b) => f32x4.pmax(a, b))", "atLeast: binary((_, a, b) => f32x4.pmax(b, a))"],
  ],
  "packages/tensor/src/scalar/rows.ts": [
    ["const slope = deviation === 0 ? 0 : total", "const slope = total"],
    ["const average = how.centers ? sumRow(size, s, undefined, from) / size : 0;", "const average = 0;"],
  ],
  "packages/tensor/src/simd/code/lanes.ts": [
    ["when(i32.eq(left, 3), plus(high, alone(8))),", ""],
    ["v128.and(term(singles(arrays, offset)), firstOfTwo)", "term(singles(arrays, offset))"],
  ],
  "packages/tensor/src/simd/code/axis.ts": [
    ["f32x4.max(best, v128.load32_splat(a))", "best.get"],
    ["first.set(i32.mul(i32.rem_u(unit, perOuter), columnsAtOnce)),", "first.set(0),"],
  ],
  "packages/layers/src/shaping/transpose.ts": [
    ["axes.map((_, axis) => axes.indexOf(axis))", "axes"],
  ],
  "packages/tensor/src/elementwise.ts": [
    ["end - 1 === first ? divisor : 1", "divisor"],
  ],
  "packages/layers/src/norms/group-normalization.ts": [
    ["return lessMean(lessMean(rows)).reshape(x.shape);", "return lessMean(rows).reshape(x.shape);"],
  ],
  "packages/layers/src/norms/softmax.ts": [
    ["(remainders, y, s, along(\"sum\", axis, s))", "(remainders, y, s, along(\"sum\", axis, y, s))"],
  ],
  "packages/layers/src/layer/activation.ts": [
    ["weighted(slope(z), s)", "weighted(s, slope(z))"],
    ["programs?.of.apply === apply", "programs !== undefined"],
  ],
};
