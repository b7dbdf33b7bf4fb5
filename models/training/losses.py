"""What training minimizes, on the composite (color layer under the lines) people see, more under strokes; plus edges, chroma,
large areas, a little of the bare layer, the draft's own color, and a bounded reward for color on pages without hints."""
import torch
from torch.nn import functional as F


def charbonnier(x):
    return torch.sqrt(x * x + 1e-4) - 1e-2


def chroma(x):
    return x - x.mean(1, keepdim=True)


def saturation(x):
    return x.amax(1, keepdim=True) - x.amin(1, keepdim=True)


def gradient_loss(a, b, scales=3):
    total = 0.0
    for _ in range(scales):
        total = total + (a.diff(dim=2) - b.diff(dim=2)).abs().mean() + (a.diff(dim=3) - b.diff(dim=3)).abs().mean()
        a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    return total / scales


def coloring_loss(output, truth, ink, painted, hinted, vivid=0.35):
    """`painted` [n, 1, h, w]: pixels under strokes; `hinted` [n, 1, 1, 1]: 1 where the page has any hint."""
    paper = 1 - ink
    shown, wanted = output * paper, truth * paper
    # Colored paper is the ugliest mistake, so white counts more.
    weight = 1 + 2 * painted + 0.7 * (truth.amin(1, keepdim=True) > 0.97)
    loss = (charbonnier(shown - wanted) * weight).mean()
    loss = loss + 0.5 * gradient_loss(shown, wanted)
    loss = loss + 0.5 * ((chroma(shown) - chroma(wanted)).abs() * weight).mean()
    loss = loss + 0.5 * (F.avg_pool2d(shown, 8) - F.avg_pool2d(wanted, 8)).abs().mean()
    loss = loss + 0.15 * charbonnier(output - truth).mean() + 1.5 * unevenness(output, truth, ink)
    return loss + vivid * (shortfall(shown, wanted, 1 - hinted) + 4 * sameness(shown, wanted, 1 - hinted))


def shortfall(shown, wanted, where):
    """How far saturation stays below seven tenths of the truth's, in large areas: a guess may be wrong but not grey."""
    lack = F.relu(0.7 * F.avg_pool2d(saturation(wanted), 8) - F.avg_pool2d(saturation(shown), 8))
    return (lack * where).mean()


def unevenness(output, truth, ink):
    """Changes of color where the truth has none and no line lies between: clouds and blotches inside a flat."""
    total = 0.0
    for size in (2, 6):
        a, b, line = F.avg_pool2d(output, size), F.avg_pool2d(truth, size), F.max_pool2d(ink, size)
        for dim in (2, 3):
            flat = b.diff(dim=dim).abs().amax(1, keepdim=True) < 0.02
            length = line.shape[dim] - 1
            clear = torch.maximum(line.narrow(dim, 0, length), line.narrow(dim, 1, length)) < 0.2
            total = total + (a.diff(dim=dim).abs() * (flat & clear)).mean()
    return total


def sameness(shown, wanted, where):
    """How far the variety of colors over a figure stays below seven tenths of the truth's: not everything in one tan."""
    figure = F.avg_pool2d((wanted.amin(1, keepdim=True) < 0.95).float(), 8)
    figure = figure / (figure.sum((2, 3), keepdim=True) + 1e-3)

    def spread(x):
        x = F.avg_pool2d(chroma(x), 8)
        middle = (x * figure).sum((2, 3), keepdim=True)
        return torch.sqrt((figure * (x - middle) ** 2).sum((2, 3), keepdim=True) + 1e-4)

    return (F.relu(0.7 * spread(wanted) - spread(shown)) * where).mean()


def own_loss(own, truth, ink):
    """Keeps the draft's own color useful where the map's is taken."""
    apart = charbonnier(own - truth) + 0.5 * (chroma(own) - chroma(truth)).abs()
    return 0.6 * (apart * (1 - ink)).mean()
