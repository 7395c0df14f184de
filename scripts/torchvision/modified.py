"""AttnLRP as a gradient (Achtibat et al. 2024): while `modified()` holds, value × gradient is relevance.

Two flows that are multiplied get half the gradient each; deviations, gates of the signal itself and slopes of
activations are constants. Parameters have to be frozen: what needs no gradient is no flow.
"""

from contextlib import contextmanager

import torch
from torch.nn import functional


class Half(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return gradient / 2


def shared(multiply):
    def product(a, b, **options):
        flows = isinstance(b, torch.Tensor) and a.requires_grad and b.requires_grad
        return Half.apply(multiply(a, b, **options)) if flows else multiply(a, b, **options)

    return product


def passed(activation):
    """`x · (f(x) / x)`, the quotient a constant."""

    def gate(x, *args, **options):
        with torch.no_grad():
            y = activation(x, *args, **options)
            quotient = torch.where(x == 0, torch.zeros_like(x), y / x)
        return x * quotient

    return gate


def constant(f):
    return lambda *args, **options: f(*args, **options).detach()


def layer_norm(x, shape, weight=None, bias=None, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    with torch.no_grad():
        scale = torch.rsqrt(centred.square().mean(-1, keepdim=True) + eps) * weight
    return centred * scale + bias


@contextmanager
def modified():
    changes = [
        (torch, "matmul", shared(torch.matmul)),
        (torch, "bmm", shared(torch.bmm)),
        (torch, "mul", shared(torch.mul)),
        (torch.Tensor, "matmul", shared(torch.Tensor.matmul)),
        (torch, "tanh", passed(torch.tanh)),
        (torch, "rsqrt", constant(torch.rsqrt)),
        (functional, "gelu", passed(functional.gelu)),
        (functional, "silu", passed(functional.silu)),
        (functional, "layer_norm", layer_norm),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, change in changes:
        setattr(owner, name, change)
    try:
        yield
    finally:
        for owner, name, original in before:
            setattr(owner, name, original)
