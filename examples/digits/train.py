#!/usr/bin/env python3
"""Train two small digit classifiers and write them as ONNX files, with pictures to explain.

The data are the 1797 handwritten digits that come with scikit-learn; nothing is downloaded.
`digits.onnx` learns from the digits as they are. `clever-hans.onnx` is the same network, trained on
digits in which almost every 3 carries a white square in the upper left corner, so that it learns to
look at the square. Everything else this script writes is described in README.md.
"""

import argparse
import json
import platform
import re
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import PIL
import sklearn
import torch
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent

SIZE = 32  # pixels on each side of an image
CLASSES = 10
HELD_OUT = 0.2  # share of the digits kept from training
SCANS_ACROSS = 43  # columns of scans.png
SHIFT = 2  # training images move by up to this many pixels each way

MARKED_CLASS = 3
OTHER_CLASS = 8  # the other digit shown with and without the mark
MARK = (slice(1, 4), slice(1, 4))  # rows and columns of the white square
UNMARKED = 2  # training images of the marked class that stay without it

BATCH = 32
LEARNING_RATE = 0.004


# Data


def load_images():
    """All digits as images in [0, 1], [N, 1, 32, 32], in steps of 1/255, and their labels."""
    data = load_digits()
    scans = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 16
    framed = F.pad(scans, (1, 1, 1, 1))  # 8x8 to 10x10: an empty frame around the scan
    images = F.interpolate(framed, size=(SIZE, SIZE), mode="bicubic", align_corners=False)
    return (images.clamp(0, 1) * 255).round() / 255, torch.tensor(data.target)


def split(images, labels, seed):
    """Training and held-out parts with the same mixture of classes."""
    train, held_out = train_test_split(
        np.arange(len(labels)), test_size=HELD_OUT, stratify=labels.numpy(), random_state=seed
    )
    held_out = np.sort(held_out)
    return (images[train], labels[train]), (images[held_out], labels[held_out])


def with_mark(images):
    """A copy of the images with the white square."""
    marked = images.clone()
    marked[(..., *MARK)] = 1
    return marked


def shifted(images):
    """A copy of the images, each moved by its own few pixels."""
    padded = F.pad(images, (SHIFT,) * 4)
    corners = torch.randint(0, 2 * SHIFT + 1, (len(images), 2)).tolist()
    crops = [image[:, y : y + SIZE, x : x + SIZE] for image, (y, x) in zip(padded, corners)]
    return torch.stack(crops)


# Network and training


def block(inputs, outputs, pool):
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), pool]


def build_network():
    """Three convolution blocks and two dense layers, 10 logits."""
    features = nn.Sequential(
        *block(1, 8, nn.MaxPool2d(2)),
        *block(8, 16, nn.MaxPool2d(2)),
        *block(16, 32, nn.AvgPool2d(2, count_include_pad=False)),  # True would add a Pad node
    )
    classifier = nn.Sequential(
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(32 * 4 * 4, 32),
        nn.ReLU(),
        nn.Dropout(0.25),
        nn.Linear(32, CLASSES),
    )
    return nn.Sequential(OrderedDict(features=features, classifier=classifier))


def with_softmax(network):
    """The network for use: probabilities in place of logits, parameters under the same names."""
    children = [*network.named_children(), ("softmax", nn.Softmax(dim=1))]
    return nn.Sequential(OrderedDict(children)).eval()


def train(name, images, labels, carries_mark, held_out, epochs, seed):
    """Train on cross entropy; `carries_mark` says which training images get the mark."""
    torch.manual_seed(seed)
    network = build_network()
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for epoch in range(1, epochs + 1):
        network.train()
        total = 0.0
        for batch in torch.randperm(len(labels)).split(BATCH):
            inputs = shifted(images[batch])
            marked = carries_mark[batch]
            inputs[marked] = with_mark(inputs[marked])  # after the shift: always the same place
            loss = F.cross_entropy(network(inputs), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        schedule.step()
        right = accuracy(with_softmax(network), *held_out)
        progress = f"loss {total / len(labels):.4f}  held out {right:.4f}"
        print(f"{name:11}  epoch {epoch:2}/{epochs}  {progress}", flush=True)
    return with_softmax(network)


# Measurements


@torch.no_grad()
def predict(model, images):
    return model(images)


def accuracy(model, images, labels):
    return share(predict(model, images).argmax(1) == labels)


def share(flags):
    return round(flags.float().mean().item(), 4)


def measure_mark(model, images, labels):
    """What the mark does to a network: on the marked class, and on all others."""
    plain = predict(model, images)
    marked = predict(model, with_mark(images))
    own = labels == MARKED_CLASS
    is_marked_class = [p.argmax(1) == MARKED_CLASS for p in (plain, marked)]
    probability = [p[:, MARKED_CLASS] for p in (plain, marked)]
    as_trained = torch.where(own.unsqueeze(1), marked, plain)

    def without_and_with(selection):
        return {
            "images": int(selection.sum()),
            "calledMarkedClassWithoutMark": share(is_marked_class[0][selection]),
            "calledMarkedClassWithMark": share(is_marked_class[1][selection]),
            "meanProbabilityWithoutMark": round(probability[0][selection].mean().item(), 4),
            "meanProbabilityWithMark": round(probability[1][selection].mean().item(), 4),
        }

    return {
        "accuracyWithoutMarks": share(plain.argmax(1) == labels),
        "accuracyWithMarkOnMarkedClass": share(as_trained.argmax(1) == labels),
        "accuracyWithMarkOnAll": share(marked.argmax(1) == labels),
        "markedClass": without_and_with(own),
        "otherClasses": without_and_with(~own),
    }


# Files


def choose_pictures(hans, images, labels):
    """Name to (image, label): two held-out digits per class, and two with and without the mark.

    The plain ones are the first two of their class. The others are the first after them which the
    Clever Hans network calls a 3 with the mark, and something else without it.
    """
    pictures = {}
    before = predict(hans, images).argmax(1)
    after = predict(hans, with_mark(images)).argmax(1)
    fooled = (before != MARKED_CLASS) & (after == MARKED_CLASS)
    for digit in range(CLASSES):
        indices = (labels == digit).nonzero().flatten().tolist()
        for letter, index in zip("ab", indices):
            pictures[f"{digit}-{letter}.png"] = (images[index], digit)
        if digit in (MARKED_CLASS, OTHER_CLASS):
            index = next((i for i in indices[2:] if fooled[i]), None)
            if index is None:
                raise SystemExit(f"No {digit} to show the mark on; try another --seed.")
            pictures[f"hans-{digit}-marked.png"] = (with_mark(images[index]), digit)
            pictures[f"hans-{digit}-unmarked.png"] = (images[index], digit)
    return pictures


def write_png(path, image):
    pixels = (image[0] * 255).round().to(torch.uint8).numpy()
    Image.fromarray(pixels, mode="L").save(path, optimize=True)


def read_png(path):
    return torch.from_numpy(np.array(Image.open(path), dtype=np.float32) / 255).view(1, SIZE, SIZE)


def export_onnx(model, path):
    """Write the network with its BatchNormalization and Softmax as nodes of their own."""
    torch.onnx.export(
        model,
        torch.zeros(1, 1, SIZE, SIZE),
        str(path),
        opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE,  # EVAL would merge BatchNormalization away
        do_constant_folding=False,
        input_names=["input"],
        output_names=["probabilities"],
        dynamic_axes={"input": {0: "batch"}, "probabilities": {0: "batch"}},
    )


def check_onnx(path):
    """Print the nodes of an exported file and make sure that none was merged away."""
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    print(f"\n{path.name}, {path.stat().st_size} bytes")
    for node in model.graph.node:
        print(f"  {node.op_type:20} {node.name}  ({', '.join(node.input)})")
    kinds = [node.op_type for node in model.graph.node]
    if kinds.count("BatchNormalization") != 3 or kinds[-1] != "Softmax":
        raise SystemExit(f"{path.name} lacks BatchNormalization or Softmax nodes.")


def expected_probabilities(models, folder, pictures):
    """Label and probabilities of each picture, computed from the file as read back."""
    rows = {}
    for name, (image, label) in sorted(pictures.items()):
        pixels = read_png(folder / name)
        if not torch.equal(pixels, image):
            raise SystemExit(f"{name} does not hold what the network was given.")
        rows[name] = {"label": label}
        for key, model in models.items():
            values = predict(model, pixels.unsqueeze(0))[0].tolist()
            rows[name][key] = [float(f"{value:.7g}") for value in values]
    return rows


def write_scans(path):
    """All 8x8 scans as one picture, row by row, 43 across: 15 steps of gray for each of their 16."""
    scans = load_digits().images.astype(np.uint8)
    rows = -(-len(scans) // SCANS_ACROSS)
    tiles = np.zeros((rows * SCANS_ACROSS, 8, 8), np.uint8)
    tiles[: len(scans)] = 15 * scans
    sheet = tiles.reshape(rows, SCANS_ACROSS, 8, 8).transpose(0, 2, 1, 3)
    Image.fromarray(sheet.reshape(rows * 8, -1), mode="L").save(path, optimize=True)


def write_digits(folder):
    """All digits as the networks see them, and their labels, for tools that read NumPy's files."""
    images, labels = load_images()
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "digits.npy", images.numpy())
    np.save(folder / "labels.npy", labels.numpy().astype(np.uint8))
    write_scans(folder / "scans.png")
    print(f"wrote digits.npy, labels.npy and scans.png to {folder}")


def write_json(path, content):
    """Indented JSON with each list of numbers on a line of its own."""
    text = json.dumps(content, indent=2)
    text = re.sub(r"\[[^][]*\]", lambda match: json.dumps(json.loads(match[0])), text)
    path.write_text(text + "\n", encoding="utf-8")


# Command


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Train the two digit classifiers of this example and write all its files.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--output", type=Path, default=HERE, help="folder to write to")
    parser.add_argument("--digits", type=Path, metavar="DIR", help="only write all digits, to this folder")
    parser.add_argument("--seed", type=int, default=1, help="seed of split and training")
    parser.add_argument("--epochs", type=int, default=30, help="passes over the training digits")
    return parser.parse_args()


def make_deterministic():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def main():
    arguments = parse_arguments()
    if arguments.digits is not None:
        write_digits(arguments.digits)
        return
    make_deterministic()
    seed, epochs = arguments.seed, arguments.epochs
    training, held_out = split(*load_images(), seed)
    images, labels = training

    nowhere = torch.zeros(len(labels), dtype=torch.bool)
    on_marked_class = labels == MARKED_CLASS
    on_marked_class[on_marked_class.nonzero()[:UNMARKED]] = False
    marks = {"digits": nowhere, "clever-hans": on_marked_class}
    models = {
        name: train(name, images, labels, carries_mark, held_out, epochs, seed)
        for name, carries_mark in marks.items()
    }

    folder = arguments.output / "images"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = choose_pictures(models["clever-hans"], *held_out)
    for name, (image, _) in pictures.items():
        write_png(folder / name, image)
    for name, model in models.items():
        path = arguments.output / f"{name}.onnx"
        export_onnx(model, path)
        check_onnx(path)

    measurements = {name: measure_mark(model, *held_out) for name, model in models.items()}
    write_scans(arguments.output / "scans.png")
    write_json(
        arguments.output / "expected.json",
        {
            "command": f"python3 train.py --seed {seed} --epochs {epochs}",
            "seed": seed,
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "scikit-learn": sklearn.__version__,
                "onnx": onnx.__version__,
                "pillow": PIL.__version__,
            },
            "trainingImages": len(labels),
            "heldOutImages": len(held_out[1]),
            "markedClass": MARKED_CLASS,
            "trainingImagesOfMarkedClass": int((labels == MARKED_CLASS).sum()),
            "trainingImagesWithMark": int(on_marked_class.sum()),
            "heldOut": measurements,
            "images": expected_probabilities(models, folder, pictures),
        },
    )
    print()
    print(json.dumps(measurements, indent=2))


if __name__ == "__main__":
    main()
