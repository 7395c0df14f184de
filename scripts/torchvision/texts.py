"""Networks of tokens, built by hand as hubs have them: BERT, GPT-2, LLaMA, and an encoder of real numbers."""

import math

import torch
from torch import nn
from torch.nn import functional


class Bert(nn.Module):
    """Devlin et al. 2019: norms behind sums, token, position and type embeddings, a mask, a pooler, two classes."""

    def __init__(self, layers=12, width=768, heads=12, hidden=3072, tokens=30522, positions=512, classes=2):
        super().__init__()
        self.tokens = nn.Embedding(tokens, width)
        self.positions = nn.Embedding(positions, width)
        self.types = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(BertLayer(width, heads, hidden) for _ in range(layers))
        self.pooler = nn.Linear(width, width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device).unsqueeze(0)
        x = self.tokens(input_ids) + self.types(token_type_ids) + self.positions(places)
        mask = (1 - attention_mask[:, None, None, :].to(x.dtype)) * torch.finfo(torch.float32).min
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, mask)
        return self.classifier(torch.tanh(self.pooler(x[:, 0])))


class BertLayer(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.merge = (nn.Linear(width, width) for _ in range(4))
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=1e-12) for _ in range(2))
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, mask):
        q, k, v = (split(linear(x), self.heads) for linear in (self.query, self.key, self.value))
        x = self.norm1(x + self.merge(attention(q, k, v, mask)))
        return self.norm2(x + self.fc2(functional.gelu(self.fc1(x))))


class Gpt2(nn.Module):
    """Radford et al. 2019: norms before, a causal mask, products with weights stored the other way, a tied head."""

    def __init__(self, layers=12, width=768, heads=12, tokens=50257, positions=1024):
        super().__init__()
        self.tokens = nn.Embedding(tokens, width)
        self.positions = nn.Embedding(positions, width)
        self.layers = nn.ModuleList(Gpt2Layer(width, heads, positions) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, input_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device).unsqueeze(0)
        x = self.tokens(input_ids) + self.positions(places)
        for layer in self.layers:
            x = layer(x)
        return functional.linear(self.norm(x), self.tokens.weight)


class Gpt2Layer(nn.Module):
    def __init__(self, width, heads, positions):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.merge = Conv1D(width, 3 * width), Conv1D(width, width)
        self.fc1, self.fc2 = Conv1D(width, 4 * width), Conv1D(4 * width, width)
        self.register_buffer("seen", torch.tril(torch.ones(1, 1, positions, positions, dtype=torch.bool)), False)

    def forward(self, x):
        q, k, v = (split(part, self.heads) for part in self.qkv(self.norm1(x)).split(x.shape[-1], dim=2))
        length = x.shape[1]
        x = x + self.merge(attention(q, k, v, seen=self.seen[:, :, :length, :length]))
        return x + self.fc2(functional.gelu(self.fc1(self.norm2(x)), approximate="tanh"))


class Conv1D(nn.Module):
    """A dense layer whose weight has the inputs first; tokens go into the batch."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.outputs = outputs
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, x):
        rows = torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight)
        return rows.view(x.size()[:-1] + (self.outputs,))


class Llama(nn.Module):
    """Touvron et al. 2023: RMS norms, rotated positions, queries in groups, SwiGLU, a mask; 124 million parameters."""

    def __init__(self, layers=12, width=768, heads=12, groups=4, hidden=2048, tokens=32000):
        super().__init__()
        self.tokens = nn.Embedding(tokens, width)
        self.layers = nn.ModuleList(LlamaLayer(width, heads, groups, hidden) for _ in range(layers))
        self.norm = RmsNorm(width)
        self.head = nn.Linear(width, tokens, bias=False)
        size = width // heads
        self.register_buffer("frequencies", 1 / 10000 ** (torch.arange(0, size, 2) / size), False)

    def forward(self, input_ids, attention_mask):
        length = input_ids.shape[1]
        x = self.tokens(input_ids)
        places = torch.arange(length, device=x.device, dtype=x.dtype)
        angles = places[:, None] * self.frequencies.to(x.dtype)[None, :]
        angles = torch.cat([angles, angles], dim=-1)
        causal = torch.ones(length, length, dtype=torch.bool, device=x.device).tril()
        hidden = ~(causal[None, None] & attention_mask[:, None, None, :].to(torch.bool))
        mask = torch.zeros(1, 1, 1, 1, dtype=x.dtype).masked_fill(hidden, torch.finfo(torch.float32).min)
        for layer in self.layers:
            x = layer(x, mask, angles.cos(), angles.sin())
        return self.head(self.norm(x))


class LlamaLayer(nn.Module):
    def __init__(self, width, heads, groups, hidden):
        super().__init__()
        self.heads, self.groups = heads, groups
        self.norm1, self.norm2 = RmsNorm(width), RmsNorm(width)
        size = width // heads
        self.query, self.merge = nn.Linear(width, width, bias=False), nn.Linear(width, width, bias=False)
        self.key, self.value = (nn.Linear(width, groups * size, bias=False) for _ in range(2))
        self.gate, self.up = (nn.Linear(width, hidden, bias=False) for _ in range(2))
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x, mask, cos, sin):
        normed = self.norm1(x)
        q = rotate(split(self.query(normed), self.heads), cos, sin)
        k = repeat(rotate(split(self.key(normed), self.groups), cos, sin), self.heads // self.groups)
        v = repeat(split(self.value(normed), self.groups), self.heads // self.groups)
        x = x + self.merge(attention(q, k, v, mask))
        normed = self.norm2(x)
        return x + self.down(torch.mul(functional.silu(self.gate(normed)), self.up(normed)))


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))

    def forward(self, x):
        return self.weight * torch.mul(x, torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class Encoder(nn.Module):
    """Norms before, on rows of real numbers: a transformer for a series, small enough for a browser."""

    def __init__(self, layers=4, width=64, heads=4, hidden=256, length=16, classes=10):
        super().__init__()
        self.places = nn.Parameter(torch.empty(1, length, width))
        self.layers = nn.ModuleList(EncoderLayer(width, heads, hidden) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = x + self.places
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x).mean(1))


class EncoderLayer(BertLayer):
    def forward(self, x, mask=None):
        normed = self.norm1(x)
        q, k, v = (split(linear(normed), self.heads) for linear in (self.query, self.key, self.value))
        x = x + self.merge(attention(q, k, v))
        return x + self.fc2(functional.gelu(self.fc1(self.norm2(x))))


def split(x, heads):
    return x.view(x.shape[0], x.shape[1], heads, x.shape[2] // heads).transpose(1, 2)


def attention(q, k, v, mask=None, seen=None):
    """`mask` is added to the scores, those not `seen` are replaced; heads are merged."""
    scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(q.shape[-1])
    if seen is not None:
        scores = torch.where(seen, scores, torch.full([], torch.finfo(torch.float32).min, dtype=scores.dtype))
    if mask is not None:
        scores = scores + mask
    x = torch.matmul(functional.softmax(scores, dim=-1), v).transpose(1, 2)
    return x.reshape(x.shape[0], x.shape[1], x.shape[2] * x.shape[3])


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], dim=-1) * sin


def repeat(x, times):
    """Each group for all of its queries."""
    batch, groups, length, size = x.shape
    return x[:, :, None].expand(batch, groups, times, length, size).reshape(batch, groups * times, length, size)
