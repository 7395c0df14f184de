"""torchvision's networks with a fraction of their channels: the constructors of layers divide what they are told."""

import math
from contextlib import contextmanager

from torch import nn

# Classes, the hidden width of classifiers, and what is flattened before them once pools leave a single position.
FIXED = {1000: 10, 4096: 16, 25088: 512, 9216: 256}


@contextmanager
def narrow(divisor):
    """While this holds, layers have a `divisor`-th of the channels asked for; adaptive pools leave one position."""

    def part(count):
        if count in (1000, 4096):
            return FIXED[count]
        return count if count <= 3 else math.ceil(FIXED.get(count, count) / divisor)

    convolution, dense, norm, pool = (
        nn.Conv2d.__init__, nn.Linear.__init__, nn.BatchNorm2d.__init__, nn.AdaptiveAvgPool2d.__init__
    )

    def narrow_convolution(self, inputs, outputs, *args, groups=1, **options):
        each = part(inputs) if groups == inputs else part(groups) if groups > 1 else 1
        convolution(self, part(inputs), part(outputs), *args, groups=each, **options)

    def narrow_dense(self, inputs, outputs, *args, **options):
        dense(self, part(inputs), part(outputs), *args, **options)

    nn.Conv2d.__init__ = narrow_convolution
    nn.Linear.__init__ = narrow_dense
    nn.BatchNorm2d.__init__ = lambda self, channels, *args, **options: norm(self, part(channels), *args, **options)
    nn.AdaptiveAvgPool2d.__init__ = lambda self, _: pool(self, 1)
    try:
        yield
    finally:
        nn.Conv2d.__init__, nn.Linear.__init__, nn.BatchNorm2d.__init__ = convolution, dense, norm
        nn.AdaptiveAvgPool2d.__init__ = pool
