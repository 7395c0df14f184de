"""Exports transformers with random weights and what PyTorch says of them: export_transformers.py FOLDER [--small | --list] NAME…

Per network NAME.onnx, with free batch and length, and NAME.safetensors: for inputs of several sizes the output, and at
the largest output of each sample (of its last token that is not masked) the gradient times the input, and the modified
gradient times the input; of tokens, the looked-up rows are the input. All in double precision from the same weights.
"""

import copy
import json
import sys
import warnings
import zlib
from contextlib import nullcontext
from pathlib import Path

import torch

from export import relative_error, write_safetensors
from modified import modified
from transformers import SIZES, TRANSFORMERS, build, embedded, inputs_of

warnings.filterwarnings("ignore")


def main(folder, names, small):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        export(folder, name, small)


def export(folder, name, small):
    seed = zlib.crc32(name.encode())
    network = build(name, small, seed)
    examples = [inputs_of(name, network, small, seed + i, *size) for i, size in enumerate(SIZES)]
    write_onnx(network.requires_grad_(True), examples[0], TRANSFORMERS[name].opset, folder / f"{name}.onnx")
    network.requires_grad_(False)
    tensors, errors, targets = {}, [], []
    exact = copy.deepcopy(network).double()
    for i, inputs in enumerate(examples):
        tensors.update({f"{i}.{key}": value for key, value in inputs.items()})
        target = None
        for key, context in [("gradient_x_input", nullcontext), ("relevance", modified)]:
            with context():
                output, target, product = value_x_gradient(exact, double(inputs), target)
                _, _, single = value_x_gradient(network, inputs, target)
            tensors[f"{i}.{key}"] = product
            errors.append(relative_error(single, product))
        tensors[f"{i}.output"] = output
        targets.append(target)
        with torch.no_grad():
            errors.append(relative_error(network(*inputs.values()), output))
    said = {
        "inputs": list(examples[0]), "targets": targets, "opset": TRANSFORMERS[name].opset, "seed": seed,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "ownError": max(errors[2::3]), "ownErrors": {"gradient": max(errors[::3]), "relevance": max(errors[1::3])},
    }
    metadata = {key: json.dumps(value) for key, value in said.items()}
    write_safetensors(folder / f"{name}.safetensors", tensors, metadata)


def double(inputs):
    return {key: value.double() if value.is_floating_point() else value for key, value in inputs.items()}


def value_x_gradient(network, inputs, target=None):
    """The output, where it was explained (an index a sample), and the product."""
    values = dict(inputs)
    if "input" in values:
        leaf = values["input"] = values["input"].clone().requires_grad_(True)
        output = network(leaf)
    else:
        kept, handle = embedded(network)
        output = network(*values.values())
        handle.remove()
        leaf = kept[0]
    target = target or [largest(sample, values, i) for i, sample in enumerate(output)]
    (gradient,) = torch.autograd.grad(sum(output[(i, *at)] for i, at in enumerate(target)), leaf)
    return output.detach(), target, (gradient * leaf).detach()


def largest(sample, inputs, i):
    if sample.dim() == 1:
        return [int(sample.argmax())]
    mask = inputs.get("attention_mask")
    last = sample.shape[0] - 1 if mask is None else int(mask[i].nonzero().max())
    return [last, int(sample[last].argmax())]


def write_onnx(network, inputs, opset, path):
    """As people export."""
    axes = {key: {0: "batch", **({1: "length"} if value.dtype == torch.int64 else {})} for key, value in inputs.items()}
    torch.onnx.export(
        network, tuple(inputs.values()), str(path), opset_version=opset, input_names=list(inputs),
        output_names=["output"], dynamic_axes={**axes, "output": {0: "batch"}},
    )


if __name__ == "__main__":
    names = [word for word in sys.argv[2:] if not word.startswith("--")]
    if "--list" in sys.argv:
        print("\n".join(TRANSFORMERS))
    else:
        main(Path(sys.argv[1]), names or list(TRANSFORMERS), "--small" in sys.argv)
