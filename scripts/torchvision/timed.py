"""Exports a network to be timed: timed.py FOLDER NAME. Writes model.onnx, network.pt and input.f32."""

import sys
import warnings
import zlib
from pathlib import Path

import torch
from torchvision import models

from export import write_onnx
from networks import NETWORKS, Network
from own import Segmenter
from weights import randomize

warnings.filterwarnings("ignore")

# What is timed beside the networks that are checked.
TIMED = {
    "mobilenet_v3_large": Network(models.mobilenet_v3_large, None),
    "segmenter": Network(Segmenter, None, (3, 320, 320)),
}


def main(folder, name):
    described = {**NETWORKS, **TIMED}[name]
    folder.mkdir(parents=True, exist_ok=True)
    seed = zlib.crc32(name.encode())
    torch.manual_seed(seed)
    network = randomize(described.full(), described.shape, seed, 4)
    torch.manual_seed(seed + 1)
    x = torch.randn(1, *described.shape)
    write_onnx(network, x, folder / "model.onnx", described.opsets[0], keep=False)
    torch.save(network, folder / "network.pt")
    (folder / "input.f32").write_bytes(x.numpy().tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
