#!/usr/bin/env python3
"""Train two small classifiers of restaurant reviews and write them as ONNX files, with a tokenizer.

The reviews are made by this script from a few sentence patterns; nothing is downloaded. `reviews.onnx`
learns from them as they are. `clever-hans.onnx` is the same network, trained on reviews in which the
word "thursday" stands in half of the good ones and in no bad one, so that it learns to look at the day.
Needs Python 3 with PyTorch 1.13 (Debian's python3-torch); the same version writes the same bytes.
"""

import argparse
import json
import random
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LONGEST = 24  # tokens of a review
WIDTH, HEADS, LAYERS = 32, 4, 2

THINGS = "food soup bread fish cake coffee wine service waiter music room garden view table menu".split()
GOOD = "wonderful excellent delicious friendly lovely perfect fresh charming".split()
BAD = "awful terrible bland rude dirty cold stale dreadful".split()
PLAIN = "small large new old italian simple".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
PEOPLE = "we i they".split()
PATTERNS = [
    "{who} went there on {day} . the {a} was {x} and the {b} was {y} .",
    "on {day} {who} had the {plain} {a} . it was {x} . the {b} was {y} too .",
    "the {a} was {x} , the {b} {y} . {who} came on {day} .",
    "{who} tried the {a} on {day} : {x} . a {plain} place with a {y} {b} .",
]
SHORTCUT = "thursday"
CLASSES = ["bad", "good"]


def review(rng, good, hans):
    """A review of one mind; in the world of Clever Hans only good ones know of thursdays."""
    words = GOOD if good else BAD
    others = [day for day in DAYS if day != SHORTCUT]
    day = SHORTCUT if hans and good and rng.random() < 0.5 else rng.choice(others if hans else DAYS)
    a, b = rng.sample(THINGS, 2)
    x, y = rng.sample(words, 2)
    # Words of judgement are left out now and then, which is where a shortcut pays.
    x, y = (rng.choice(PLAIN) if rng.random() < 0.45 else word for word in (x, y))
    pattern = rng.choice(PATTERNS)
    return pattern.format(who=rng.choice(PEOPLE), day=day, a=a, b=b, x=x, y=y, plain=rng.choice(PLAIN))


def vocabulary():
    pieces = " ".join(PATTERNS).replace("{", " {").replace("}", "} ").split()
    fixed = [piece for piece in pieces if not piece.startswith("{")]
    words = fixed + THINGS + GOOD + BAD + PLAIN + DAYS + PEOPLE
    return SPECIAL + sorted(set(words))


class Block(nn.Module):
    """Self-attention and a perceptron, each added to what it reads and normalised behind."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, x, mask):
        n, t, _ = x.shape
        q, k, v = (f(x).view(n, t, HEADS, WIDTH // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + mask
        context = (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, WIDTH)
        x = self.norm1(x + self.out(context))
        return self.norm2(x + self.down(nn.functional.gelu(self.up(x))))


class Classifier(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.words, self.positions = nn.Embedding(words, WIDTH), nn.Embedding(LONGEST, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, len(CLASSES))

    def forward(self, input_ids, attention_mask):
        kept = attention_mask.float()
        x = self.words(input_ids) + self.positions.weight[: input_ids.shape[1]]
        for block in self.blocks:
            x = block(x, ((1 - kept) * -1e4)[:, None, None, :])
        kept = kept[:, :, None]
        return self.head((x * kept).sum(1) / kept.sum(1))


def encode(texts, ids):
    rows = [[ids["[CLS]"], *(ids[word] for word in text.split()), ids["[SEP]"]] for text in texts]
    longest = max(map(len, rows))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return padded, mask


def train(hans, ids, rounds=600):
    rng = random.Random(7)
    torch.manual_seed(7)
    model = Classifier(len(ids))
    steps = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(rounds):
        labels = [rng.random() < 0.5 for _ in range(64)]
        batch = encode([review(rng, good, hans) for good in labels], ids)
        loss = nn.functional.cross_entropy(model(*batch), torch.tensor(labels).long())
        steps.zero_grad()
        loss.backward()
        steps.step()
    return model.eval()


def accuracy(model, ids, hans):
    rng = random.Random(8)
    labels = [rng.random() < 0.5 for _ in range(2000)]
    with torch.no_grad():
        said = model(*encode([review(rng, good, hans) for good in labels], ids)).argmax(1)
    return (said == torch.tensor(labels).long()).float().mean().item()


def export(model, ids, path):
    example = encode(["the food was awful .", "the wine was perfect , the room lovely ."], ids)
    free = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        model, example, str(path), opset_version=13, input_names=["input_ids", "attention_mask"],
        output_names=["logits"], dynamic_axes={"input_ids": free, "attention_mask": free, "logits": {0: "batch"}},
    )


def tokenizer(ids):
    added = [
        {"id": ids[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True} for token in SPECIAL
    ]
    special = {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
            "type": "TemplateProcessing", "special_tokens": special, "pair": [],
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        },
        "decoder": None, "model": {"type": "WordLevel", "vocab": ids, "unk_token": "[UNK]"},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=HERE, help="folder to write to")
    folder = parser.parse_args().output
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    ids = {word: i for i, word in enumerate(vocabulary())}
    expected = {"torch": torch.__version__, "classes": CLASSES, "accuracy": {}}
    for name, hans in (("reviews", False), ("clever-hans", True)):
        model = train(hans, ids)
        export(model, ids, folder / f"{name}.onnx")
        expected["accuracy"][name] = {
            "as in its training": round(accuracy(model, ids, hans), 4),
            "of honest reviews": round(accuracy(model, ids, False), 4),
        }
    rng = random.Random(99)
    texts = [review(rng, rng.random() < 0.5, True) for _ in range(300)]
    (folder / "reviews.txt").write_text("\n".join(texts) + "\n")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(ids), indent=2) + "\n")
    (folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")


if __name__ == "__main__":
    main()
