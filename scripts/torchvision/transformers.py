"""What is exported of transformers: each at its full size, and a small one that is built alike."""

from dataclasses import dataclass
from typing import Callable, Dict, Tuple

import torch
from torch import nn
from torchvision.models import swin_t, vit_b_16
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

from texts import Bert, Encoder, Gpt2, Llama
from weights import fill


@dataclass
class Transformer:
    full: Callable[[], nn.Module]
    small: Callable[[], nn.Module]
    opset: int
    # Names of inputs; "input" is of real numbers, of this shape (full, small).
    inputs: Tuple[str, ...] = ("input",)
    shapes: Tuple[Tuple[int, ...], Tuple[int, ...]] = ((3, 224, 224), (3, 32, 32))


def small_swin():
    return SwinTransformer([4, 4], 8, [2, 2], [2, 4], [2, 2], num_classes=10)


TRANSFORMERS: Dict[str, Transformer] = {
    "vit_b_16": Transformer(vit_b_16, lambda: VisionTransformer(32, 8, 2, 4, 24, 48, num_classes=10), 14),
    "swin_t": Transformer(swin_t, small_swin, 13),
    "bert_base": Transformer(
        Bert, lambda: Bert(2, 24, 4, 48, 60, 64), 17, ("input_ids", "attention_mask", "token_type_ids")
    ),
    "gpt2_small": Transformer(Gpt2, lambda: Gpt2(2, 24, 4, 60, 64), 13, ("input_ids",)),
    "llama_124m": Transformer(
        Llama, lambda: Llama(2, 32, 4, 2, 48, 60), 15, ("input_ids", "attention_mask")
    ),
    "encoder": Transformer(Encoder, lambda: Encoder(2, 24, 4, 48, 16), 17, shapes=((16, 64), (16, 24))),
}

# Batch and, for tokens, length of the inputs that are compared; files leave both free.
SIZES = ((1, 48), (2, 21))


def build(name, small, seed):
    """With seeded weights, frozen."""
    described = TRANSFORMERS[name]
    torch.manual_seed(seed)
    network = (described.small if small else described.full)()
    for module in network.modules():
        for parameter, values in module.named_parameters(recurse=False):
            fill(module, parameter, values.data)
    return network.eval().requires_grad_(False)


def inputs_of(name, network, small, seed, batch, length):
    """By name. The second sample of a batch is padded, from the fifth token on of another type."""
    torch.manual_seed(seed)
    described = TRANSFORMERS[name]
    if described.inputs == ("input",):
        return {"input": torch.randn(batch, *described.shapes[small])}
    ids = torch.randint(0, network.tokens.num_embeddings, (batch, length))
    mask = torch.ones_like(ids)
    mask[1:, length * 2 // 3 :] = 0
    types = torch.zeros_like(ids)
    types[:, 4:] = 1
    values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    return {key: values[key] for key in described.inputs}


def embedded(network):
    """Keeps the rows of tokens that were looked up last, as a leaf: a list of one."""
    kept = []

    def hook(module, inputs, rows):
        kept[:] = [rows.detach().requires_grad_(True)]
        return kept[0]

    handle = network.tokens.register_forward_hook(hook)
    return kept, handle
