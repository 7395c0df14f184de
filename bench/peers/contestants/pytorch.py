"""PyTorch: python3 pytorch.py FOLDER [threads]. Answers as serve.js does."""

import json
import os
import sys
import time

import numpy
import torch
from torch.nn import functional

folder = sys.argv[1]
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)


def floats(path):
    return numpy.fromfile(path, dtype="<f4")


def network(subject):
    """The description as a function, and the input."""
    with open(f"{folder}/{subject}/model.json") as file:
        description = json.load(file)
    if "nodes" not in description:
        return saved(subject)
    weights = torch.from_numpy(floats(f"{folder}/{subject}/weights.f32"))

    def parameter(at):
        size = int(numpy.prod(at["shape"]))
        return weights[at["offset"] : at["offset"] + size].reshape(at["shape"]).clone()

    def step(node):
        op = node["op"]
        if op == "conv":
            w, b, stride, padding = parameter(node["weight"]), parameter(node["bias"]), node["stride"], node["padding"]
            return lambda x: functional.conv2d(x, w, b, stride, padding, 1, node["groups"])
        if op == "dense":
            w, b = parameter(node["weight"]), parameter(node["bias"])
            return lambda x: functional.linear(x, w, b)
        if op in ("maxPool", "averagePool"):
            pool = functional.max_pool2d if op == "maxPool" else functional.avg_pool2d
            kernel, stride, padding = node["kernel"], node["stride"], node["padding"]
            return lambda x: pool(x, kernel, stride, padding)
        return {
            "relu": torch.relu,
            "globalAveragePool": lambda x: functional.adaptive_avg_pool2d(x, 1),
            "flatten": lambda x: torch.flatten(x, 1),
            "add": torch.add,
        }[op]

    steps = [(node["name"], node["inputs"], step(node)) for node in description["nodes"]]
    source, target = description["input"], description["output"]

    def run(x):
        values = {source: x}
        for name, inputs, f in steps:
            values[name] = f(*[values[i] for i in inputs])
        return values[target]

    x = torch.from_numpy(floats(f"{folder}/{subject}/input.f32")).reshape(description["inputShape"])
    return run, x


def saved(subject):
    """A network as PyTorch saved it, its parameters frozen."""
    sys.path.append(os.path.join(os.path.dirname(__file__), "../../../scripts/torchvision"))
    network = torch.load(f"{folder}/{subject}/network.pt").eval().requires_grad_(False)
    with open(f"{folder}/{subject}/inputs.json") as file:
        inputs = json.load(file)
    if "values" in inputs[0]:
        others = [torch.tensor(each["values"]).reshape(each["shape"]) for each in inputs]
        return network, others
    return network, torch.from_numpy(floats(f"{folder}/{subject}/input.f32")).reshape(inputs[0]["shape"])


def relevance_of(run, x):
    """The modified gradient times the input, at the first class, or the first token that may follow the last one."""
    from modified import modified
    from transformers import embedded

    def relevance():
        with modified():
            if isinstance(x, list):
                kept, handle = embedded(run)
                output = run(*x)
                handle.remove()
                leaf = kept[0]
            else:
                leaf = x.clone().requires_grad_(True)
                output = run(leaf)
            (output[0, 0] if output.dim() == 2 else output[0, -1, 0]).backward()
            return leaf.grad * leaf.detach()

    return relevance


networks = {}


def prepare(subject, what):
    if subject not in networks:
        networks[subject] = network(subject)
    run, x = networks[subject]

    def forward():
        with torch.no_grad():
            return run(*x) if isinstance(x, list) else run(x)

    def gradient():
        leaf = x.clone().requires_grad_(True)
        output = run(leaf)
        output.amax(1).sum().backward()
        return leaf.grad

    def transposed():
        with torch.no_grad():
            return functional.conv_transpose2d(ones, weight, None, 1, 1)

    if what == "transposed":
        with open(f"{folder}/{subject}/model.json") as file:
            shape = json.load(file)["nodes"][0]["weight"]["shape"]
        count = int(numpy.prod(shape))
        weight = torch.from_numpy(floats(f"{folder}/{subject}/weights.f32")[:count]).reshape(shape)
        ones = torch.ones_like(x)
    if what == "relevance":
        return relevance_of(run, x)
    return {"forward": forward, "gradient": gradient, "transposed": transposed}[what]


def timed(work, times):
    wall, cpu = [], []
    for _ in range(times):
        start, start_cpu = time.perf_counter(), time.process_time()
        work()
        cpu.append((time.process_time() - start_cpu) * 1e3)
        wall.append((time.perf_counter() - start) * 1e3)
    return {"wall": wall, "cpu": cpu}


works = {}
for line in sys.stdin:
    command = json.loads(line)
    key = (command["subject"], command["what"])
    try:
        if key not in works:
            works[key] = prepare(*key)
        if "times" in command:
            answer = timed(works[key], command["times"])
        else:
            answer = {"output": works[key]().flatten()[:1000].tolist()}
    except Exception as error:
        answer = {"error": repr(error)[:400]}
    print(json.dumps(answer), flush=True)
