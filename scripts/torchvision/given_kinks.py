"""The gradient times the input on the linear piece that another program stood on: given_kinks.py FOLDER NAME.

A ReLU's slope jumps at 0, and so does the choice of a maximum where two values are equal. Among millions of units some
are so near to such a kink that rounding decides the side, in PyTorch as elsewhere, and each moves the gradient visibly.
So the gradient is taken with the sides that the other program's values say (NAME.sides.f32: what every ReLU and every
max-pool read, in order), after making sure that the sides differ from those of double precision at near ties alone.
Compares with NAME.relevance.f32 and prints JSON.
"""

import json
import sys
from pathlib import Path

import numpy
import torch
from torch.nn import functional

pools = {"max_pool1d": functional.max_pool1d_with_indices, "max_pool2d": functional.max_pool2d_with_indices}


class Sides:
    """Takes the place of ReLU and max-pool; counts where the sides differ, and how far from the kink that is."""

    def __init__(self, file):
        self.values = torch.from_numpy(numpy.fromfile(file, dtype="<f4"))
        self.at = self.units = self.differing = 0
        self.farthest = 0.0

    def next(self, x):
        values = self.values[self.at : self.at + x.numel()].reshape(x.shape)
        self.at += x.numel()
        return values

    def count(self, differing, distance, x):
        self.units += differing.numel()
        self.differing += int(differing.sum())
        if differing.any():
            scale = x.detach().square().mean().sqrt()
            self.farthest = max(self.farthest, float((distance[differing] / scale).max()))

    def relu(self, x, inplace=False):
        active = self.next(x) > 0
        self.count(active != (x > 0), x.detach().abs(), x)
        return x * active

    def pool(self, name):
        def choose(x, *args, **options):
            options.pop("return_indices", None)
            _, indices = pools[name](self.next(x), *args, **options)
            largest, _ = pools[name](x.detach(), *args, **options)
            chosen = x.flatten(2).gather(2, indices.flatten(2)).reshape(indices.shape)
            distance = largest - chosen.detach()
            self.count(distance > 0, distance, x)
            return chosen

        return choose


def main(folder, name):
    network, x = torch.load(folder / f"{name}.relu.pt")
    sides = Sides(folder / f"{name}.sides.f32")
    functional.relu = sides.relu
    for pool in pools:
        setattr(functional, pool, sides.pool(pool))
    leaf = x.double().requires_grad_(True)
    output = network.double()(leaf)
    (gradient,) = torch.autograd.grad(output[:, target_of(folder, name)].sum(), leaf)
    expected = gradient * x
    found = torch.from_numpy(numpy.fromfile(folder / f"{name}.relevance.f32", dtype="<f4")).reshape(x.shape)
    assert sides.at == len(sides.values), "the other program has more ReLUs and max-pools"
    error = float((found - expected).abs().max() / expected.abs().max())
    print(json.dumps({
        "error": error, "units": sides.units, "differing": sides.differing, "farthest": sides.farthest,
    }))


def target_of(folder, name):
    data = (folder / f"{name}.safetensors").read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return json.loads(header["__metadata__"]["targets"])[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
