// Places to break in the kernels, for mutate.js: by file, what stands there once and what to put instead.
export const kernelChanges = {
  "packages/tensor/src/scalar/dense.ts": [
    ["(bias === undefined ? 0 : bias[i % bias.length]!)", "(bias === undefined ? 0 : bias[0]!)"],
    ["out.set(sums, i * k + first)", "out.set(sums, first)"],
    ["b.subarray(c * k * n, (c + 1) * k * n)", "b.subarray(0, k * n)"],
  ],
  "packages/tensor/src/scalar/conv.ts": [
    ["let a0 = bias === undefined ? 0 : bias[row]!;", "let a0 = 0;"],
    ["const group = sample % groups;", "const group = 0;"],
    ["sum < min ? min : sum > max ? max : sum", "sum < min ? min : sum"],
  ],
  "packages/tensor/src/scalar/elementwise.ts": [
    ["out[i] = value < 0 ? 0 : value;", "out[i] = value < 0 ? -value : value;"],
    ["out[i] = value > 0 ? 0 : value;", "out[i] = value;"],
    ["share / (z < 0 ? -size : size)", "share / (z <= 0 ? -size : size)"],
    ["Math.max(Math.abs(z), epsilon)", "Math.abs(z) + epsilon"],
    ["share === 0 ? 0 : share /", "share /"],
    ["out[i] = Math.fround(factor * a[i]!) * b[i]! + 0;", "out[i] = Math.fround(factor * a[i]!) * b[i]!;"],
    ["out[i] = Math.fround(factor * a[i]!) * b[i]! + 0;", "out[i] = factor * a[i]! * b[i]! + 0;"],
    ["Math.fround(Math.fround(factor * a[i]!) * b[i]!)", "factor * a[i]! * b[i]!"],
  ],
  "packages/tensor/src/scalar/pool.ts": [
    ["if (value > best ||", "if (value >= best ||"],
    ["(value !== value && best === best)", "false"],
    ["total / geometry.divisor[to % plane]!", "total / geometry.divisor[0]!"],
    ["Math.max(0, Math.ceil(-at / dilation[axis]))", "Math.max(0, -at)"],
  ],
  "packages/tensor/src/simd/struct.ts": [
    ["words[at + i] = values[this.names[i]!]", "words[at] = values[this.names[i]!]"],
  ],
  "packages/tensor/src/simd/module.ts": [
    ["if (takesModules(shared)) throw error;", ""],
    ["0x41, 0, 0xfd, 17, 0x1a", "0x41, 0, 0xfd, 17, 0x1b"],
  ],
  "packages/tensor/src/simd/assembler.ts": [
    ["if (parameters.length !== operands) {", "if (false) {"],
  ],
  "packages/tensor/src/simd/code/depthwise.ts": [
    ["column.set(least(column, i32.sub(columns, 4 * vectors))),", ""],
    ["row.set(least(row, i32.sub(ofPass(\"rows\"), down))),", ""],
    ["end.set(i32.add(scratch, word(\"laidOut\"))),", "end.set(scratch),"],
    ["phase.set(word(\"firstPhase\")),", ""],
    ["when(i32.gt_u(columns, lane), lanes(sums[0], [lane]))", "lanes(sums[0], [lane])"],
  ],
  "packages/tensor/src/simd/code/pointwise.ts": [
    ["when(i32.eqz(first), eachRow(", "when(0, eachRow("],
    ["i32.eq(i32.add(k, depth), word(\"depth\"))", "i32.eqz(k)"],
    ["when(i32.gt_u(inside, lane),\n", "when(i32.gt_u(inside, 0),\n"],
  ],
  "packages/tensor/src/simd/depthwise.ts": [
    ["first: 4 * (y.outStart * target[2] + x.outStart)", "first: 4 * y.outStart * target[2]"],
    ["firstPhase: before % phases,", "firstPhase: 0,"],
  ],
  "packages/tensor/src/simd/panels.ts": [
    ["[transposed, direct, channelsIn, channelsOut, groups, kernel, taps].join()", "\"\""],
  ],
  "packages/tensor/src/simd/tiled.ts": [
    ["made.get(`${samples} ${some}`, () => {", "made.get(`${some}`, () => {"],
    ["out + 4 * n * sampleOut, bounds", "out, bounds"],
  ],
  "packages/tensor/src/simd/code/bounds.ts": [
    ["f32x4.pmax(value, low)", "f32x4.pmax(low, value)"],
    ["v128.and(f32x4.ne(kept, sum), f32x4.ne(f32x4.sub(sum, sum), zero))", "zero"],
    ["v128.and(f32x4.ne(kept, sum), ", "v128.or(f32x4.ne(kept, sum), "],
  ],
  "packages/tensor/src/simd/code/scatter.ts": [
    ['left.set(word("size"))', 'left.set(word("count"))'],
    ["f32.add(f32.load(at), f32.load(s))", "f32.load(s)"],
  ],
  "packages/tensor/src/simd/code/pool.ts": [
    ["v128.and(f32x4.ne(values, values), f32x4.eq(bests, bests)),", "f32x4.ne(values, values),"],
    ["i32x4.add(i32x4.splat(position(at)), lanes)", "i32x4.splat(position(at))"],
  ],
  "packages/tensor/src/simd/code/elementwise.ts": [
    ["f32x4.lt(b, zero)", "f32x4.gt(b, zero)"],
    ["f32x4.add(f32x4.mul(f32x4.mul(scale, a), b), zero)", "f32x4.mul(f32x4.mul(scale, a), b)"],
    ["v128.andnot(f32x4.div(a, denominator), f32x4.eq(a, zero))", "f32x4.div(a, denominator)"],
    ["f32x4.max(f32x4.abs(b), epsilon)", "f32x4.add(f32x4.abs(b), epsilon)"],
  ],
  "packages/tensor/src/simd/code/winograd-input.ts": [
    ["when(i32.gt_u(row, 1), [", "when(i32.gt_u(row, 2), ["],
    ["v128.store(to, total)", "v128.store(to, zero)"],
    ["f32x4.lt(v128.load(sizes), columns[0]!)", "zero"],
    ["f32x4.mul(magnitudes, magnitudes), 32", "f32x4.splat(f32.const(1e9)), 32"],
    ["start.increase(select(panelStep, 16, i32.and(index, 1)))", "start.increase(16)"],
  ],
  "packages/tensor/src/simd/code/winograd-output.ts": [
    ["v128.or(v128.load(size, 16), v128.not(sure))", "v128.not(sure)"],
    ["v128.and(v128.load(group, insideOffset), ", "v128.or(v128.load(group, insideOffset), "],
    ["f32x4.sub(results[0]!, results[0]!)", "zero"],
    ["f32x4.ge(f32x4.abs(sum), limit)", "f32x4.ge(f32x4.abs(sum), zero)"],
    ["when(i32.gt_s(tileWord(tile, \"rows\"), line), times(", "when(1, times("],
    ["least(tileWord(tile, \"columns\"), outputs)", "outputs"],
    ["at.increase(step),\n    ])),", "at.increase(16),\n    ])),"],
  ],
  "packages/tensor/src/simd/code/dense.ts": [
    ["total.set(f32x4.add(total, sums[half]))", "total.set(sums[half])"],
    ["i32.mul(i32.add(first, j), word(\"k\"))", "i32.mul(j, word(\"k\"))"],
    ["sums.set(i32.add(scratch, i32.shl(word(\"depthPerBlock\"), 3))),", ""],
    ["v128.store(to, f32x4.add(v128.load(to), v128.load(entry))),", ""],
    ["depth.set(least(left, word(\"depthPerBlock\"))),", "depth.set(left),"],
  ],
  "packages/tensor/src/simd/code/winograd-direct.ts": [
    ["[2, 1, 0, 3]", "[0, 1, 2, 3]"],
    ["(2 - i))", "i)"],
    ["when(word(\"bias\"), total.set", "when(0, total.set"],
    ["i32.mul(row, word(\"rowStep\"))", "0"],
    ["bound(\"low\"), bound(\"high\")", "bound(\"low\"), bound(\"low\")"],
  ],
  "packages/tensor/src/simd/code/pad.ts": [
    ["f32x4.pmax(f32x4.mul(values, values), v128.and(f32x4.ne(values, zero), smallest))", "f32x4.mul(values, values)"],
  ],
  "packages/tensor/src/simd/padding.ts": [
    ["energies === 0 ? machine.threads : partsOfEnergy", "machine.threads"],
    ["const blocks = Math.ceil(planes / planesPerBlock);", "const blocks = Math.min(parts, planes);"],
  ],
  "packages/tensor/src/simd/winograd-limits.ts": [
    ["Math.abs(sum) === sizes ? 0 : share", "Math.abs(sum) === sizes ? share : share"],
    ["squares === 0 ? 0 : sizes ** 2", "squares === 0 ? 0 : 1e9 * sizes ** 2"],
    ["const trusted = 0.02;", "const trusted = 2e-5;"],
    ["`${purpose.transposed} ${channelsOut} ${channelsIn}`", "`${channelsOut} ${channelsIn}`"],
  ],
  "packages/tensor/src/simd/code/winograd-algebra.ts": [
    ["const size = i === 0 ? factor : Math.abs(factor);", "const size = Math.abs(factor);"],
    ["points.map((p) => p ** j)", "points.map((p) => p ** (j + 1))"],
  ],
  "packages/tensor/src/simd/heap.ts": [["< reserve) return undefined;", "< 0) return undefined;"]],
  "packages/tensor/src/simd/winograd-tiles.ts": [
    ["const there = Number(index < count);", "const there = 1;"],
    ["Math.max(0, -shifts[axis]!)", "0"],
    ["all + 1 === 2 ** m ** 2", "true"],
  ],
  "packages/tensor/src/permuted-encoding.ts": [
    ["layout.rows === rows && layout.rowStep === size", "layout.rowStep === size"],
    ["channelStep: channelStep * count,", "channelStep,"],
    ["whole.map((offset) => offset * count)", "whole"],
    ["(offset % size) * channels + Math.floor(offset / size)", "(offset % size) * channels"],
    ["rowStep: rowStep * channels", "rowStep"],
    ["order.map((axis) => axes[axis]!)", "order"],
    ["k === 0 ? Math.floor((to - i) / size) : 0", "Math.floor((to - i) / size)"],
  ],
  "packages/tensor/src/permuted-numbers.ts": [
    ["outer * extent * inner", "outer * inner"],
    ["Math.min(SIDE, count - i)", "SIDE"],
  ],
  "packages/tensor/src/encoded.ts": [
    ["const most = 1 << 20;", "const most = 1 << 22;"],
    ["if (rowStep >= perRow) {", "if (true) {"],
    ["Math.floor(offset / channelStep) * step + (offset % channelStep)", "offset % channelStep"],
    ["Math.min(atOnce, rows - first)", "atOnce"],
  ],
  "packages/tensor/src/arena.ts": [
    ["if (this.#poison) whole.fill(NaN);", ""],
    ["piece.byteOffset % 16 !== 0 ||", ""],
    ["capacity <= Math.max(little, 4 * most)", "capacity <= little"],
    ["if (--this.#depth === 0) this.#settle();", "this.#settle();"],
    ["this.#offset = offset;", "this.#offset = 0;"],
    ["this.#lifetime.ended = true;", ";"],
    ["this.#lifetime = outer;", ""],
    ["const padded = (length + 3) & ~3;", "const padded = length;"],
  ],
  "packages/tensor/src/reduce.ts": [
    ["values[i]! > values[best]!", "values[i]! >= values[best]!"],
    ["data.length, 1, data.length, data, undefined, mean", "data.length, 1, 1, data, undefined, mean"],
    ["i < whole; i += 4", "i < whole; i += 5"],
  ],
};
