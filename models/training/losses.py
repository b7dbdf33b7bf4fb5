"""What training minimizes, on the composite (color layer under the lines) people see, more under strokes; plus edges, chroma,
large areas, a little of the bare layer, the draft's own color, and bounded rewards for color and for shading."""
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


def coloring_loss(output, truth, ink, painted, hinted, obey, vivid=0.35):
    """`painted` [n, 1, h, w]: pixels under strokes; `hinted` [n, 1, 1, 1]: 1 where the page has any hint; `obey` [n, 1, h, w]: 1
    in regions that hold a hint, where there is nothing to doubt."""
    paper = 1 - ink
    shown, wanted = output * paper, truth * paper
    # Colored paper is the ugliest mistake, so white counts more.
    weight = 1 + 2 * painted + obey + 0.7 * (truth.amin(1, keepdim=True) > 0.97)
    loss = (charbonnier(shown - wanted) * weight).mean()
    loss = loss + 0.5 * gradient_loss(shown, wanted)
    loss = loss + 0.5 * ((chroma(shown) - chroma(wanted)).abs() * weight).mean()
    loss = loss + 0.5 * (F.avg_pool2d(shown, 8) - F.avg_pool2d(wanted, 8)).abs().mean()
    loss = loss + 0.15 * charbonnier(output - truth).mean() + 1.5 * unevenness(output, truth, ink)
    blank = 1 - hinted
    loss = loss + vivid * (shortfall(shown, wanted, blank, 0.7) + 4 * sameness(shown, wanted, blank))
    return loss + 0.2 * shortfall(shown, wanted, hinted, 0.9)


def shortfall(shown, wanted, where, share):
    """How far saturation stays below a share of the truth's, in large areas: a guess may be wrong but not grey."""
    lack = F.relu(share * F.avg_pool2d(saturation(wanted), 8) - F.avg_pool2d(saturation(shown), 8))
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


def flatness(output, truth, ink, share=0.8):
    """How far slow changes of lightness inside clear areas stay below a share of the truth's: shading, wherever it falls."""
    line = F.max_pool2d((ink > 0.2).float(), 24, 8) > 0

    def slow(x):
        light = F.avg_pool2d(x.mean(1, keepdim=True), 4)
        middle = F.avg_pool2d(light, 6, 2)
        return torch.sqrt(F.relu(F.avg_pool2d(light * light, 6, 2) - middle * middle) + 1e-6)

    lack = F.relu(share * slow(truth) - slow(output))
    clear = (~line).float()[..., : lack.shape[2], : lack.shape[3]]
    return (lack[..., : clear.shape[2], : clear.shape[3]] * clear).sum() / (clear.sum() + 1)


def worsening(output, draft, truth, ink):
    """How much farther from the truth the output lies than the draft did: a good draft is to be left alone."""
    return (F.relu((output - truth).abs() - (draft - truth).abs()) * (1 - ink)).mean()


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
