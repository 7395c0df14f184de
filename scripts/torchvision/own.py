"""Networks that torchvision has not: a U-Net, a segmenter of text, a 1-D CNN for time series, a perceptron."""

import torch
from torch import nn


def double_conv(channels_in, channels_out):
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False), nn.BatchNorm2d(channels_out), nn.ReLU(),
        nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False), nn.BatchNorm2d(channels_out), nn.ReLU(),
    )


class UNet(nn.Module):
    """Ronneberger et al., MICCAI 2015, with padding and batch normalisation as it is used today."""

    def __init__(self, width=64, classes=2, levels=5, bilinear=False):
        super().__init__()
        widths = [width << level for level in range(levels)]
        self.down = nn.ModuleList(double_conv(a, b) for a, b in zip([3, *widths], widths))
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(
            nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(2 * c, c, 1)) if bilinear
            else nn.ConvTranspose2d(2 * c, c, 2, stride=2)
            for c in widths[-2::-1]
        )
        self.merge = nn.ModuleList(double_conv(2 * c, c) for c in widths[-2::-1])
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        seen = []
        for level, block in enumerate(self.down):
            x = block(self.pool(x) if level > 0 else x)
            seen.append(x)
        for up, merge, skipped in zip(self.up, self.merge, seen[-2::-1]):
            x = merge(torch.cat([skipped, up(x)], dim=1))
        return self.head(x)


def separable(channels_in, channels_out, stride=1):
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_in, 3, stride, 1, groups=channels_in, bias=False),
        nn.BatchNorm2d(channels_in), nn.Hardswish(),
        nn.Conv2d(channels_in, channels_out, 1, bias=False), nn.BatchNorm2d(channels_out), nn.Hardswish(),
    )


class Segmenter(nn.Module):
    """A small detector of text: a mobile backbone, a pyramid whose levels are enlarged and joined, a map as large as x."""

    def __init__(self, width=16, inner=96):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.Hardswish(), separable(width, 2 * width)
        )
        widths = [2 * width, 4 * width, 8 * width, 16 * width, 32 * width]
        self.down = nn.ModuleList(
            nn.Sequential(separable(a, b, 2), separable(b, b), separable(b, b)) for a, b in zip(widths, widths[1:])
        )
        self.lateral = nn.ModuleList(nn.Conv2d(c, inner, 1, bias=False) for c in widths[1:])
        self.smooth = nn.ModuleList(nn.Conv2d(inner, inner // 4, 3, padding=1, bias=False) for _ in widths[1:])
        self.head = nn.Sequential(
            nn.Conv2d(inner, inner // 4, 3, padding=1, bias=False), nn.BatchNorm2d(inner // 4), nn.ReLU(),
            nn.ConvTranspose2d(inner // 4, inner // 4, 2, 2), nn.BatchNorm2d(inner // 4), nn.ReLU(),
            nn.ConvTranspose2d(inner // 4, 1, 2, 2), nn.Sigmoid(),
        )

    def forward(self, x):
        x = self.stem(x)
        levels = []
        for down, lateral in zip(self.down, self.lateral):
            x = down(x)
            levels.append(lateral(x))
        larger = nn.functional.interpolate
        for level in (2, 1, 0):
            levels[level] = levels[level] + larger(levels[level + 1], scale_factor=2.0, mode="nearest")
        joined = [
            larger(smooth(level), scale_factor=float(1 << i), mode="nearest") if i > 0 else smooth(level)
            for i, (smooth, level) in enumerate(zip(self.smooth, levels))
        ]
        return self.head(torch.cat(joined[::-1], 1))


def series_cnn(width=64, channels=9, classes=6):
    """A convolutional network over time, for windows of sensor readings."""
    return nn.Sequential(
        nn.Conv1d(channels, width, 8, padding=4), nn.BatchNorm1d(width), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(width, 2 * width, 5, padding=4, dilation=2), nn.BatchNorm1d(2 * width), nn.ReLU(), nn.AvgPool1d(2),
        nn.Conv1d(2 * width, width, 3, stride=2, groups=2), nn.BatchNorm1d(width), nn.ReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Dropout(), nn.Linear(width, classes),
    )


def perceptron(width=512, features=64, classes=10):
    """For tables: dense layers with batch normalisation and dropout."""
    return nn.Sequential(
        nn.Linear(features, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(),
        nn.Linear(width, width), nn.ReLU(), nn.Linear(width, classes),
    )
