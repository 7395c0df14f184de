"""Exports a network to be timed: timed.py FOLDER NAME. Writes model.onnx, network.pt, inputs.json and input.f32.

Inputs of whole numbers have their values in inputs.json; transformers of tokens get a text of 128.
"""

import json
import sys
import warnings
import zlib
from pathlib import Path

import torch
from torchvision import models

from export import write_onnx
from networks import NETWORKS, Network
from own import Segmenter
from transformers import TRANSFORMERS, build, inputs_of
from weights import randomize
import export_transformers

warnings.filterwarnings("ignore")

# What is timed beside the networks that are checked.
TIMED = {
    "mobilenet_v3_large": Network(models.mobilenet_v3_large, None),
    "segmenter": Network(Segmenter, None, (3, 320, 320)),
}


def main(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    network, inputs = transformer(folder, name) if name in TRANSFORMERS else convolutional(folder, name)
    torch.save(network, folder / "network.pt")
    said = []
    for key, value in inputs.items():
        said.append({"name": key, "shape": list(value.shape)})
        if value.is_floating_point():
            (folder / "input.f32").write_bytes(value.numpy().tobytes())
        else:
            said[-1]["values"] = value.flatten().tolist()
    (folder / "inputs.json").write_text(json.dumps(said))


def transformer(folder, name):
    seed = zlib.crc32(name.encode())
    network = build(name, False, seed)
    inputs = inputs_of(name, network, False, seed, 1, 128)
    opset = TRANSFORMERS[name].opset
    export_transformers.write_onnx(network.requires_grad_(True), inputs, opset, folder / "model.onnx")
    return network.requires_grad_(False), inputs


def convolutional(folder, name):
    described = {**NETWORKS, **TIMED}[name]
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    network = randomize(described.full(), described.shape, seed, 4)
    torch.manual_seed(seed + 1)
    x = torch.randn(1, *described.shape)
    write_onnx(network, x, folder / "model.onnx", described.opsets[0], keep=False)
    return network, {"input": x}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
