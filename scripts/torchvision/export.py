"""Exports networks with random weights and what PyTorch says of them: export.py FOLDER [--small | --list] NAME…

Per network: NAME.onnx; NAME.relu.onnx, the same without biases, where it is one of ReLUs; NAME.safetensors with an
input, the outputs, and the gradient times the input at one output, computed in double precision from the same weights;
NAME.relu.pt, the network without biases for given_kinks.py.
"""

import copy
import json
import struct
import sys
import warnings
import zlib
from pathlib import Path

import torch

from networks import NETWORKS
from weights import randomize, without_bias

warnings.filterwarnings("ignore")


def main(folder, names, small):
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        export(Path(folder), name, NETWORKS[name], small)


def export(folder, name, described, small):
    """Small networks are chosen so that rounding does not decide: neither outputs nor gradients suffer from it."""
    seed = zlib.crc32(name.encode()) + (0 if small else described.draw)
    for attempt in range(20 if small else 1):
        made = make(described, small, seed + attempt)
        if max(made.errors) < 1e-5:
            break
    opset = described.opsets[small]
    write_onnx(made.network, made.x, folder / f"{name}.onnx", opset, keep=False)
    if made.bare is not None:
        write_onnx(made.bare, made.x, folder / f"{name}.relu.onnx", opset, keep=True)
        if not small:
            torch.save((made.bare, made.x), folder / f"{name}.relu.pt")
    parameters = sum(parameter.numel() for parameter in made.network.parameters())
    said = {
        "targets": made.targets, "parameters": parameters, "opset": opset, "seed": seed + attempt,
        "ownError": made.errors[0],
    }
    metadata = {key: json.dumps(value) for key, value in said.items()}
    write_safetensors(folder / f"{name}.safetensors", made.tensors, metadata)


class Made:
    """A network, the same without biases if it is one of ReLUs, an input, and what PyTorch says."""

    def __init__(self, network, bare, x):
        self.network, self.bare, self.x = network, bare, x
        self.tensors = {"input": x}
        self.targets, self.errors = [], []
        for prefix, each in [("", network), ("relu.", bare)]:
            if each is not None:
                self.look(each, prefix)

    def look(self, network, prefix):
        """Keeps the output and the gradient times the input at the channel that is largest in sum."""
        output, target, gradient = gradient_x_input(copy.deepcopy(network).double(), self.x.double())
        self.tensors[f"{prefix}output"] = output
        self.tensors[f"{prefix}gradient_x_input"] = gradient
        self.targets.append(target)
        single, _, single_gradient = gradient_x_input(network, self.x, target)
        self.errors += [relative_error(single, output), relative_error(single_gradient, gradient)]


def make(described, small, seed):
    torch.manual_seed(seed)
    shape = described.small_shape if small else described.shape
    network = randomize((described.small if small else described.full)(), shape, seed, 32 if small else 4)
    torch.manual_seed(seed + 1)
    x = torch.randn(described.small_batch if small else 1, *shape)
    return Made(network, without_bias(network, torch.randn(32 if small else 2, *shape)) if described.relu else None, x)


def gradient_x_input(network, x, target=None):
    leaf = x.clone().requires_grad_(True)
    output = network(leaf)
    if target is None:
        target = int(output.transpose(0, 1).flatten(1).sum(1).argmax())
    (gradient,) = torch.autograd.grad(output[:, target].sum(), leaf)
    return output.detach(), target, gradient * x


def relative_error(found, expected):
    return float((found - expected).abs().max() / expected.abs().max())


def write_onnx(network, x, path, opset, keep):
    """As people export; `keep` leaves batch normalisation what it is instead of fusing it, and the batch free."""
    options = {"training": torch.onnx.TrainingMode.PRESERVE, "dynamic_axes": {"input": {0: "batch"}}} if keep else {}
    torch.onnx.export(
        network, x, str(path), opset_version=opset, input_names=["input"], output_names=["output"], **options
    )


def write_safetensors(path, tensors, metadata):
    header = {"__metadata__": metadata}
    data = b""
    for name, tensor in tensors.items():
        whole = not tensor.is_floating_point()
        values = (tensor.long() if whole else tensor.detach().float()).contiguous().numpy().tobytes()
        offsets = [len(data), len(data) + len(values)]
        header[name] = {"dtype": "I64" if whole else "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    names = [word for word in sys.argv[2:] if not word.startswith("--")]
    if "--list" in sys.argv:
        print("\n".join(NETWORKS))
    else:
        main(sys.argv[1], names or list(NETWORKS), "--small" in sys.argv)
