"""The two networks. Ops are kept to what the ONNX and TensorFlow.js engines run fast: convolutions, ReLU, nearest
resize, additions, a few elementwise ops; no normalization. Heights and widths are multiples of 32.

Draft (works at half the page's working size): ink, hint RGB (-1 unpainted), map RGB, reach, near, and of each pixel's region
how much of the page's border it holds and how large it is, and of each pixel how open it lies -> color layer. It predicts its own color and a weight: output = weight x map + (1 - weight) x own; without hints the weight is 0, and it
begins low where ink lies between a pixel and its hint (a free weight collapses: it trusts the map everywhere).

Refine (at the working size): ink, hint RGB, draft RGB, map RGB, reach, near, flats RGB (the draft as one color a segment) ->
color layer. Residual: output = draft + a x (flats - draft) + b x (map - draft) + delta; before training a is near 1 (which mends
seams and half-colored regions), b near 0 and delta 0 (shading, highlights and repairs are learned).
"""
import torch
from torch import nn
from torch.nn import functional as F

DRAFT_INPUTS = ["ink", "hint.r", "hint.g", "hint.b", "map.r", "map.g", "map.b", "map.reach", "map.near",
                "page.border", "page.room", "page.open"]
REFINE_INPUTS = DRAFT_INPUTS[:4] + ["draft.r", "draft.g", "draft.b"] + DRAFT_INPUTS[4:9] + ["flats.r", "flats.g", "flats.b"]


def pinned(color, spread, near):
    """Only a hard rule guarantees that a painted pixel shows its hint: `near` is 1 there and at most 251/255 elsewhere."""
    return color + torch.clamp(near * 255 - 254, 0, 1) * (spread - color)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        with torch.no_grad():
            self.conv.weight.mul_(0.5)

    def forward(self, x):
        return F.relu(x + self.conv(x))


def residuals(width, count):
    return nn.Sequential(*[Residual(width) for _ in range(count)])


class Down(nn.Module):
    def __init__(self, width, wider, count):
        super().__init__()
        self.conv = nn.Conv2d(width, wider, 3, stride=2, padding=1)
        self.body = residuals(wider, count)

    def forward(self, x):
        return self.body(F.relu(self.conv(x)))


class Up(nn.Module):
    def __init__(self, wider, width, count):
        super().__init__()
        self.mix = nn.Conv2d(wider, width, 1)
        self.body = residuals(width, count)

    def forward(self, x, skip):
        return self.body(F.interpolate(self.mix(x), scale_factor=2, mode="nearest") + skip)


class Trunk(nn.Module):
    """A U-Net that begins at half the input's size and ends there; `patch`: side of what one pixel of it sees at first, 4 or 2."""

    def __init__(self, channels, widths, downs, ups, patch=4):
        super().__init__()
        self.stem = nn.Conv2d(channels, widths[0], patch, stride=2, padding=patch // 2 - 1)
        self.first = residuals(widths[0], downs[0])
        self.down = nn.ModuleList(Down(a, b, n) for a, b, n in zip(widths, widths[1:], downs[1:]))
        self.up = nn.ModuleList(Up(b, a, n) for a, b, n in zip(widths, widths[1:], ups))

    def forward(self, x):
        skips = [self.first(F.relu(self.stem(x)))]
        for down in self.down:
            skips.append(down(skips[-1]))
        y = skips.pop()
        for up in reversed(self.up):
            y = up(y, skips.pop())
        return y


class Head(nn.Module):
    """From half size to `outputs` channels at full size, guided by `guide` at full size."""

    def __init__(self, width, thin, guide, outputs):
        super().__init__()
        self.mix = nn.Conv2d(width, thin, 1)
        self.guide = nn.Conv2d(guide, thin, 3, padding=1)
        self.out = nn.Conv2d(thin, outputs, 3, padding=1)

    def forward(self, y, guide):
        full = F.interpolate(self.mix(y), scale_factor=2, mode="nearest")
        return self.out(F.relu(full + self.guide(guide)))


class ThinHead(Head):
    """The same for a network whose crisp edges come from its inputs: a smooth rise and no convolution at full size but the
    guide's, for a layer as wide as the page is what costs the time."""

    def __init__(self, width, thin, guide, outputs):
        super().__init__(width, thin, guide, outputs)
        self.out = nn.Conv2d(thin, outputs, 1)

    def forward(self, y, guide):
        full = F.interpolate(self.mix(y), scale_factor=2, mode="bilinear", align_corners=False)
        return self.out(F.relu(full + self.guide(guide)))


class Draft(nn.Module):
    def __init__(self, widths=(24, 48, 96, 144, 192), downs=(1, 1, 2, 2, 2), ups=(1, 1, 2, 1), thin=16):
        super().__init__()
        self.trunk = Trunk(len(DRAFT_INPUTS), widths, downs, ups)
        self.head = Head(widths[0], thin, len(DRAFT_INPUTS), 4)

    def parts(self, x):
        y = self.head(self.trunk(x), x)
        hinted = torch.clamp(x[:, 8:9] * 255, 0, 1)
        return y[:, :3] + 0.8, torch.sigmoid(y[:, 3:4] + 6 * x[:, 7:8] - 4.5) * hinted

    def forward(self, x):
        own, weight = self.parts(x)
        return torch.clamp(pinned(own + weight * (x[:, 4:7] - own), x[:, 4:7], x[:, 8:9]), 0, 1)


class Refine(nn.Module):
    def __init__(self, widths=(16, 32, 64, 96), downs=(0, 1, 2, 2), ups=(1, 1, 1), thin=16):
        super().__init__()
        self.trunk = Trunk(len(REFINE_INPUTS), widths, downs, ups, patch=2)
        self.head = ThinHead(widths[0], thin, 1, 5)
        nn.init.zeros_(self.head.out.weight)
        nn.init.zeros_(self.head.out.bias)
        with torch.no_grad():
            self.head.out.bias[3:] = torch.tensor([2.0, -3.0])

    def forward(self, x):
        y = self.head(self.trunk(x), x[:, :1])
        hinted = torch.clamp(x[:, 11:12] * 255, 0, 1)
        draft, spread, flats = x[:, 4:7], x[:, 7:10], x[:, 12:15]
        mended = torch.sigmoid(y[:, 3:4]) * (flats - draft) + torch.sigmoid(y[:, 4:5]) * hinted * (spread - draft)
        color = pinned(draft + mended + y[:, :3], spread, x[:, 11:12])
        return color if self.training else torch.clamp(color, 0, 1)


def parameters_of(net):
    return sum(p.numel() for p in net.parameters())
