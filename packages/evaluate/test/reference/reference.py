"""Writes reference.json: a small network in double precision, explained and measured straight from the definitions.

    python3 packages/evaluate/test/reference/reference.py

Needs numpy. Nothing here is shared with what it checks, not even the order of operations.
"""

import itertools
import json
import math
import pathlib

import numpy as np

rng = np.random.default_rng(7)


def single(*shape):
    """Numbers that single precision holds exactly."""
    return rng.normal(size=shape).astype(np.float32).astype(np.float64)


# [1, 4, 4] -> conv 3x3, 2 channels, padding 1 -> ReLU -> max-pooling 2x2 -> dense 8 -> 3
K, KB = single(2, 1, 3, 3), single(2) * 0.1
D, DB = single(3, 8), single(3) * 0.1
K, KB, D, DB = (np.float32(v).astype(np.float64) for v in (K, KB, D, DB))
x = single(4, 4)
baselines = [single(4, 4) for _ in range(3)]


def conv(v):
    padded = np.pad(v, 1)
    return np.array([[[(padded[i:i + 3, j:j + 3] * K[c, 0]).sum() + KB[c] for j in range(4)] for i in range(4)]
                     for c in range(2)])


def windows(a):
    return [(c, i, j, a[c, 2 * i:2 * i + 2, 2 * j:2 * j + 2]) for c in range(2) for i in range(2) for j in range(2)]


def pool(a):
    return np.array([w.max() for *_, w in windows(a)]).reshape(2, 2, 2)


def forward(v):
    z = conv(v)
    a = np.maximum(z, 0)
    p = pool(a)
    return z, a, p, D @ p.reshape(-1) + DB


def logits(v):
    return forward(v)[-1]


t = int(np.argmax(logits(x)))


def to_pool_input(g, a):
    """Gradient of the pooled values at their inputs: the winners have it."""
    out = np.zeros((2, 4, 4))
    for (c, i, j, w), s in zip(windows(a), g.reshape(-1)):
        k, l = np.unravel_index(np.argmax(w), (2, 2))
        out[c, 2 * i + k, 2 * j + l] += s
    return out


def conv_back(g):
    out = np.zeros((6, 6))
    for c in range(2):
        for i in range(4):
            for j in range(4):
                out[i:i + 3, j:j + 3] += g[c, i, j] * K[c, 0]
    return out[1:5, 1:5]


def gradient(v):
    z, a, _, _ = forward(v)
    at = to_pool_input(D[t], a)
    return conv_back(at * (z > 0)), at


def integrated(base, steps=20000):
    return (x - base) * np.mean([gradient(base + (k + 0.5) / steps * (x - base))[0] for k in range(steps)], axis=0)


def deep_lift(base):
    z, a, p, _ = forward(x)
    z0, a0, p0, _ = forward(base)
    rose, fell = np.maximum(p - p0, 0), np.minimum(p - p0, 0)
    given = to_pool_input(D[t] * rose.reshape(-1), a) + to_pool_input(D[t] * fell.reshape(-1), a0)
    m = np.divide(given, a - a0, out=np.zeros_like(given), where=a != a0)
    m = np.where(z != z0, m * (a - a0) / np.where(z != z0, z - z0, 1), m * (z > 0))
    return (x - base) * conv_back(m)


def enlarge(m):
    def line(v, to):
        at = np.clip((np.arange(to) + 0.5) * len(v) / to - 0.5, 0, len(v) - 1)
        return np.interp(at, np.arange(len(v)), v)
    return np.array([line(r, 4) for r in np.array([line(c, 4) for c in m.T]).T])


def at_nodes():
    z, a, p, _ = forward(x)
    g_pool = D[t].reshape(2, 2, 2)
    cam = np.maximum((g_pool.mean(axis=(1, 2))[:, None, None] * p).sum(0), 0)
    _, at = gradient(x)
    return enlarge(cam), enlarge((g_pool * p).sum(0)), (at * a).sum(0)


# Units: patches of 2 x 2; hidden by 0.
patch = np.array([[2 * (i // 2) + j // 2 for j in range(4)] for i in range(4)])


def hide(units):
    return np.where(np.isin(patch, list(units)), 0.0, x)


def shapley():
    values = np.zeros(4)
    for order in itertools.permutations(range(4)):
        shown = set()
        for u in order:
            before = logits(hide(set(range(4)) - shown))[t]
            shown.add(u)
            values[u] += (logits(hide(set(range(4)) - shown))[t] - before) / 24
    return values


def share(v):
    e = np.exp(logits(v) - logits(v).max())
    return (e / e.sum())[t]


R = x * gradient(x)[0]
unit = np.array([R[patch == u].sum() for u in range(4)])
order = list(np.argsort(-unit))
morf = [share(hide(order[:k])) for k in range(5)]
lerf = [share(hide(order[::-1][:k])) for k in range(5)]
area = lambda c: sum((c[k] + c[k + 1]) / 2 for k in range(4)) / 4
falls = np.array([share(x) - share(hide([u])) for u in range(4)])
rank = lambda v: np.argsort(np.argsort(v)).astype(float)
p = np.abs(unit) / np.abs(unit).sum()


def gradient_of(c, v):
    global t
    kept, t = t, c
    g, t = gradient(v)[0], kept
    return g


def patch_sums(r):
    return np.array([r[patch == u].sum() for u in range(4)])


# All subsets of two units; squares of one unit (half of a grid of two) each as likely as any other.
pairs = list(itertools.combinations(range(4), 2))
pair_sums = [unit[list(s)].sum() for s in pairs]
pair_falls = [share(x) - share(hide(s)) for s in pairs]
logit_falls = np.array([logits(x)[t] - logits(hide([u]))[t] for u in range(4)])
beta = (unit * logit_falls).mean() / (unit ** 2).mean()

# Localisation on a mask of pixels.
mask = np.arange(16) % 5 < 2
flat = R.reshape(-1)
on, off = flat[mask], flat[~mask]
positive = np.maximum(flat, 0)
best = np.argsort(-flat)

# Three segments of different sizes, hidden in the order of their mean relevance.
segment = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [0, 1, 1, 1], [2, 2, 2, 2]])
means = np.array([R[segment == s].mean() for s in range(3)])
hide_segments = lambda s: np.where(np.isin(segment, list(s)), 0.0, x)
by_mean = list(np.argsort(-means))
irof_curve = [share(hide_segments(by_mean[:k])) for k in range(4)]

# Noisy linear imputation without noise: one system for all hidden pixels, edges with the neighbours they have.
hidden = rng.random((4, 4)) < 0.6
cells = [(i, j) for i in range(4) for j in range(4)]
system, right = np.eye(16), x.reshape(-1).copy()
for (i, j) in cells:
    if not hidden[i, j]:
        continue
    near = [(a, b) for (a, b) in cells if max(abs(a - i), abs(b - j)) == 1]
    weights = np.array([1 / 6 if a == i or b == j else 1 / 12 for a, b in near])
    row = 4 * i + j
    right[row] = 0
    for (a, b), w in zip(near, weights / weights.sum()):
        system[row, 4 * a + b] -= w
imputed = np.linalg.solve(system, right)

result = {
    "network": {"kernel": K.reshape(-1).tolist(), "kernelBias": KB.tolist(), "dense": D.reshape(-1).tolist(),
                "denseBias": DB.tolist()},
    "input": x.reshape(-1).tolist(), "baselines": [b.reshape(-1).tolist() for b in baselines], "target": t,
    "logits": logits(x).tolist(),
    "integrated": integrated(baselines[0]).reshape(-1).tolist(),
    "expected": np.mean([integrated(b) for b in baselines], axis=0).reshape(-1).tolist(),
    "deepLift": deep_lift(baselines[0]).reshape(-1).tolist(), "deepLift0": deep_lift(0 * x).reshape(-1).tolist(),
    "deepLiftDelta": float(logits(x)[t] - logits(baselines[0])[t]),
    "gradCam": at_nodes()[0].reshape(-1).tolist(), "poolGradientXActivation": at_nodes()[1].reshape(-1).tolist(),
    "convGradientXActivation": at_nodes()[2].reshape(-1).tolist(),
    "shapley": shapley().tolist(),
    "relevance": R.reshape(-1).tolist(),
    "hidden": hidden.reshape(-1).astype(int).tolist(), "imputed": imputed.tolist(),
    "segments": segment.reshape(-1).tolist(), "mask": mask.astype(int).tolist(),
    "irofOfSegments": float(1 - sum((irof_curve[k] + irof_curve[k + 1]) / 2 for k in range(3)) / 3 / irof_curve[0]),
    "expected over draws": {
        "sensitivityN": float(np.corrcoef(pair_sums, pair_falls)[0, 1]),
        "sensitivityNRank": float(np.corrcoef(rank(pair_sums), rank(pair_falls))[0, 1]),
        "infidelity": float(((unit - logit_falls) ** 2).mean()),
        "infidelityScaled": float(((beta * unit - logit_falls) ** 2).mean() / (logit_falls ** 2).mean()),
    },
    "localization": {
        "pointing": float(mask[best[0]]), "mass": float(positive[mask].sum() / positive.sum()),
        "weightedMass": float(positive[mask].sum() / positive.sum() * 16 / mask.sum()),
        "rank": float(mask[best[:mask.sum()]].mean()), "top": float(mask[best[:3]].mean()),
        "auc": float(np.mean([[float(a > b) + 0.5 * float(a == b) for b in off] for a in on])),
    },
    "metrics": {
        "deletion": area(morf), "insertion": area(lerf), "srg": area(lerf) - area(morf),
        "aopc": float(np.mean([morf[0] - v for v in morf])), "irof": 1 - area([v / morf[0] for v in morf]),
        "monotonicity": float(np.mean([morf[k] <= morf[k - 1] for k in range(1, 5)])),
        "faithfulnessEstimate": float(np.corrcoef(unit, falls)[0, 1]),
        "monotonicityCorrelation": float(np.corrcoef(rank(np.abs(unit)), rank(falls ** 2))[0, 1]),
        "completeness": float(abs(R.sum() - (logits(x)[t] - logits(0 * x)[t])) / abs(logits(x)[t] - logits(0 * x)[t])),
        "classContrast": float(np.mean([
            np.corrcoef(rank(unit), rank(patch_sums(x * gradient_of(c, x))))[0, 1] for c in range(3) if c != t])),
        "sparseness": float(sum(abs(a - b) for a in p for b in p) / (2 * 4)),
        "entropy": float(-(p * np.log(p)).sum()), "effectiveShare": math.exp(-(p * np.log(p)).sum()) / 4,
    },
}

path = pathlib.Path(__file__).with_name("reference.json")
path.write_text(json.dumps(result, indent=2) + "\n")
