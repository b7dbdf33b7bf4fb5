"""The seed's networks, the baseline: "2-Stage Conditional GAN for Sketch Auto-Coloring" as its published code builds them.

A U-Net with BatchNorm, bilinear upsampling and a sigmoid, widths `base` x 1, 2, 4, 8, 8 (the paper's base is 64: 13.4 M
parameters a stage). Draft 4 -> 3: line art, hint RGB. Refine 7 -> 3: the same and the draft. Heights and widths are
multiples of 16. The discriminator sees picture and hint, not the line art, and gives one real/fake logit for all of it.
"""
import torch
from torch import nn
from torch.nn import functional as F

CHANNELS = {"draft": 4, "refine": 7}
TIMES = (1, 2, 4, 8, 8)


def twice(channels, width):
    layers = []
    for inside in (channels, width):
        layers += [nn.Conv2d(inside, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class SeedNet(nn.Module):
    def __init__(self, channels, base=64):
        super().__init__()
        widths = [base * times for times in TIMES]
        self.first = twice(channels, base)
        self.down = nn.ModuleList(twice(a, b) for a, b in zip(widths, widths[1:]))
        self.up = nn.ModuleList()
        width = widths[-1]
        for level in (3, 2, 1, 0):
            thinner = widths[level] // 2 if level else base
            self.up.append(twice(width + widths[level], thinner))
            width = thinner
        self.out = nn.Conv2d(base, 3, 1)

    def forward(self, x):
        skips = [self.first(x)]
        for down in self.down:
            skips.append(down(F.max_pool2d(skips[-1], 2)))
        y = skips.pop()
        for up in self.up:
            y = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=True)
            y = up(torch.cat([skips.pop(), y], 1))
        return torch.sigmoid(self.out(y))


class SeedDiscriminator(nn.Module):
    """For pictures of one size only, as the seed's."""

    def __init__(self, base=64, size=256):
        super().__init__()
        layers, channels = [], 6
        for times in TIMES[:4]:
            layers += [nn.Conv2d(channels, base * times, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(base * times), nn.LeakyReLU(0.2)]
            channels = base * times
        self.body = nn.Sequential(*layers)
        self.out = nn.Linear(channels * (size // 16) ** 2, 1)

    def forward(self, picture, hint):
        return self.out(self.body(torch.cat([picture, hint], 1)).flatten(1))[:, 0]
