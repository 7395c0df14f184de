"""Seeded random weights under which a network's values neither vanish nor explode."""

import copy
import math

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def randomize(network, shape, seed, batch):
    """Fills in weights and biases; batch normalisation gets statistics near those of noise, not equal to them."""
    torch.manual_seed(seed)
    for module in network.modules():
        for name, parameter in module.named_parameters(recurse=False):
            fill(module, name, parameter.data)
    norms = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    for norm in norms:
        norm.momentum = 1.0
    network.train()
    for module in network.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)):
            module.eval()
    with torch.no_grad():
        network(torch.randn(batch, *shape))
    for norm in norms:
        norm.running_mean += 0.2 * torch.randn_like(norm.running_mean) * norm.running_var.sqrt()
        norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.7, 1.4)
    return network.eval()


def fill(module, name, values):
    if name == "layer_scale":
        values.uniform_(0.2, 0.6)
    elif values.dim() == 1 and name == "weight":  # of a normalisation; a trained one has negative ones too
        values.uniform_(0.5, 1.5)
        values[::7] *= -1
    elif name == "bias":
        values.normal_(0, 0.1)
    else:
        fan_in = values[0].numel()
        if isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d)):
            fan_in = values.shape[0]
        values.normal_(0, math.sqrt(2 / fan_in))


def without_bias(network, x):
    """A copy that is linear between its ReLUs: no biases, no means, no shifts, ReLU6 made ReLU."""
    network = copy.deepcopy(network)
    for module in network.modules():
        for name, child in list(module.named_children()):
            if isinstance(child, nn.ReLU6):
                setattr(module, name, nn.ReLU())
        if hasattr(module, "transform_input"):
            module.transform_input = False
        bias = getattr(module, "bias", None)
        if isinstance(bias, nn.Parameter):
            bias.data.zero_()
        if isinstance(module, _BatchNorm):
            module.running_mean.zero_()
            module.register_forward_pre_hook(to_unit_power)
    with torch.no_grad():
        network(x)
    for module in network.modules():
        module._forward_pre_hooks.clear()
    return network


def to_unit_power(norm, inputs):
    """Without means and shifts values would grow from layer to layer."""
    (x,) = inputs
    norm.running_var.copy_(x.square().mean([axis for axis in range(x.dim()) if axis != 1]).clamp(min=1e-3))
