"""What is exported: every network at its full size, and a small one of the same architecture."""

from dataclasses import dataclass
from typing import Any, Callable, Tuple

from torch import nn
from torchvision import models
from torchvision.models import convnext, densenet, regnet, resnet, segmentation, shufflenetv2

from narrow import narrow
from own import UNet, perceptron, series_cnn


@dataclass
class Network:
    full: Callable[[], nn.Module]
    small: Callable[[], nn.Module]
    shape: Tuple[int, ...] = (3, 224, 224)
    small_shape: Tuple[int, ...] = (3, 32, 32)
    # Whether it is linear between its ReLUs once biases are 0; a ReLU6 is made a ReLU for that.
    relu: bool = True
    small_batch: int = 1
    # Which draw of weights and input the full network gets. LRP-0 is 0/0 where a sum that no ReLU follows is exactly 0,
    # which happens to a draw in five of millions of such sums.
    draw: int = 0
    # Operator sets of the full and of the small file.
    opsets: Tuple[int, int] = (13, 13)


def divided(by, make, **options):
    def build():
        with narrow(by):
            return make(**options)

    return build


def small_resnet(block, blocks, by=16, **options):
    return divided(by, lambda: resnet.ResNet(block, blocks, **options))


def small_fcn():
    with narrow(32):
        backbone = resnet.ResNet(resnet.Bottleneck, [1, 1, 2, 1], replace_stride_with_dilation=[False, True, True])
        return segmentation.fcn._fcn_resnet(backbone, 21, None)


def small_convnext():
    blocks = [convnext.CNBlockConfig(8, 16, 1), convnext.CNBlockConfig(16, 24, 2), convnext.CNBlockConfig(24, None, 1)]
    return convnext.ConvNeXt(blocks, num_classes=10)


def small_regnet(se_ratio):
    params = regnet.BlockParams.from_init_params(depth=5, w_0=8, w_a=8.0, w_m=2.0, group_width=4, se_ratio=se_ratio)
    return regnet.RegNet(params, num_classes=10, stem_width=8)


class Tensor(nn.Module):
    """A segmenter's output as a tensor instead of a dictionary."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)["out"]


def googlenet(**options):
    return models.googlenet(init_weights=False, aux_logits=False, **options)


def inception(**options):
    return models.inception_v3(init_weights=False, aux_logits=False, **options)


NETWORKS: "dict[str, Any]" = {
    "alexnet": Network(models.alexnet, divided(32, models.alexnet), small_shape=(3, 64, 64), opsets=(13, 9)),
    "vgg11_bn": Network(models.vgg11_bn, divided(32, models.vgg11_bn), opsets=(13, 11)),
    "vgg16": Network(models.vgg16, divided(32, models.vgg16), opsets=(11, 7)),
    "resnet18": Network(models.resnet18, small_resnet(resnet.BasicBlock, [1, 2, 1, 1]), small_batch=2, opsets=(13, 10)),
    "resnet50": Network(models.resnet50, small_resnet(resnet.Bottleneck, [1, 1, 1, 1])),
    "resnext50_32x4d": Network(models.resnext50_32x4d, small_resnet(resnet.Bottleneck, [1, 1, 1, 1], by=32, groups=64, width_per_group=2), opsets=(14, 12)),
    "densenet121": Network(
        models.densenet121, lambda: densenet.DenseNet(4, (2, 3, 2), 8, 2, num_classes=10), opsets=(13, 8)
    ),
    "googlenet": Network(
        lambda: googlenet(transform_input=True), divided(16, googlenet, transform_input=True), opsets=(13, 12)
    ),
    "inception_v3": Network(
        lambda: inception(transform_input=True), divided(32, inception, transform_input=True), (3, 299, 299), (3, 75, 75)
    ),
    "squeezenet1_1": Network(models.squeezenet1_1, divided(8, models.squeezenet1_1), opsets=(12, 9)),
    "mobilenet_v2": Network(models.mobilenet_v2, divided(16, models.mobilenet_v2), small_batch=2, opsets=(13, 10)),
    "mobilenet_v3_small": Network(
        models.mobilenet_v3_small, divided(16, models.mobilenet_v3_small), relu=False, opsets=(13, 14)
    ),
    "mnasnet1_0": Network(models.mnasnet1_0, divided(24, models.mnasnet1_0), opsets=(13, 11)),
    "shufflenet_v2_x1_0": Network(
        models.shufflenet_v2_x1_0, lambda: shufflenetv2.ShuffleNetV2([2, 2, 1], [8, 16, 32, 48, 64], num_classes=10),
        opsets=(13, 16),
    ),
    "efficientnet_b0": Network(models.efficientnet_b0, divided(24, models.efficientnet_b0), relu=False, opsets=(13, 15)),
    "convnext_tiny": Network(models.convnext_tiny, small_convnext, relu=False, opsets=(17, 13)),
    "regnet_y_400mf": Network(models.regnet_y_400mf, lambda: small_regnet(0.25), relu=False, opsets=(13, 16)),
    "regnet_x_400mf": Network(models.regnet_x_400mf, lambda: small_regnet(None)),
    "fcn_resnet50": Network(
        lambda: Tensor(segmentation.fcn_resnet50(weights=None, weights_backbone=None)), lambda: Tensor(small_fcn()),
        opsets=(13, 11),
    ),
    "unet": Network(UNet, lambda: UNet(2, levels=4, bilinear=True), small_shape=(3, 32, 32), draw=1),
    "series_cnn": Network(series_cnn, lambda: series_cnn(8), (9, 128), (9, 128), small_batch=3, opsets=(13, 9)),
    "perceptron": Network(perceptron, lambda: perceptron(32), (64,), (64,), small_batch=3, opsets=(13, 7)),
}
