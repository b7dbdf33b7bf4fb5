"""Pages made of tiles: one figure or a window of it, several figures on a ground, comic panels, lettering.

A page is (truth uint8 RGB, ink uint8, cover uint8: 255 where a figure lies, 0 on the ground).
"""
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from palette import recolor

SMALL = 256
WORDS = "wow hello bang once upon a time who is there oh no yes run tick tock look up good night my friend".split()


class Figures:
    """A tile's layer and line at any size; half-size copies are kept in memory, for decoding costs more than drawing."""

    def __init__(self):
        self._small = {}

    def _source(self, tile, name, small):
        key = (id(tile), name)
        if small and key in self._small:
            return self._small[key]
        full = tile.layer() if name == "layer" else tile.line(name)
        if not small:
            return full
        self._small[key] = shrink(full, (0, 0, *full.shape[1::-1]), SMALL)
        return self._small[key]

    def cut(self, tile, name, box, side):
        """`box` (0..1 of the tile: left, top, right, bottom) of the layer ("layer") or a line at side x side pixels."""
        small = side <= 1.15 * SMALL * (box[2] - box[0])
        source = self._source(tile, name, small)
        return shrink(source, tuple(source.shape[0] * v for v in box), side)


FIGURES = Figures()


def shrink(picture, box, side):
    """A window of an RGBA layer (colors weighed by alpha) or of ink (thin lines kept dark), side x side."""
    height, width = picture.shape[:2]
    if box == (0, 0, width, height) and side == width == height:
        return picture
    if picture.ndim == 3:
        image = Image.fromarray(picture).convert("RGBa").resize((side, side), Image.BILINEAR, box).convert("RGBA")
        return np.asarray(image)
    ink = np.asarray(Image.fromarray(picture).resize((side, side), Image.BILINEAR, box))
    if box[2] - box[0] > side:
        ink = np.minimum(255, ink.astype(np.uint16) * 5 // 4).astype(np.uint8)
    return ink


def pick_line(rng, tile, cut):
    """The tile's drawing in one of its kinds, or two together."""
    own = [kind for kind in tile.kinds if kind in ("vector", "black", "own")]
    if not own or rng.random() < 0.28:
        return cut("dog")
    ink = cut(own[rng.integers(len(own))])
    return np.maximum(ink, cut("dog")) if rng.random() < 0.15 else ink


def window(rng, side, native):
    """What part of a tile a page shows."""
    roll = rng.random()
    if roll < native:
        across = side / 512
    elif roll < native + (1 - native) * 0.45:
        across = rng.uniform(min(1, max(0.45, 0.8 * side / 512)), 1)
    else:
        return 0.0, 0.0, 1.0, 1.0
    x, y = rng.uniform(0, 1 - across, 2)
    return x, y, x + across, y + across


def single(rng, tile, side, paper, mode, native):
    box = window(rng, side, native)
    layer = FIGURES.cut(tile, "layer", box, side)
    ink = pick_line(rng, tile, lambda kind: FIGURES.cut(tile, kind, box, side))
    return recolor(rng, layer, paper, mode), ink, layer[..., 3]


def several(rng, tile, others, side, ground, mode):
    """Two to six figures, nearer ones over farther ones, some cut by the page's edge."""
    truth = np.empty((side, side, 3), np.uint8)
    truth[:] = ground
    if rng.random() < 0.4:
        _band(rng, truth)
    page = truth, np.zeros((side, side), np.uint8), np.zeros((side, side), np.uint8)
    count = int(rng.integers(2, 7))
    for number in range(count):
        figure = tile if number == count - 1 else others[int(rng.integers(len(others)))]
        across = int(side * rng.uniform(0.28, 0.75 if count < 4 else 0.5))
        left, top = (int(v) for v in rng.uniform(-0.25 * across, side - 0.75 * across, 2))
        _paste(rng, page, figure, across, left, top, mode)
    return page


def _band(rng, truth):
    """A ground under a sky, without a line between; or a slow change of color over the whole page."""
    side = truth.shape[0]
    other = rng.uniform(30, 255, 3)
    if rng.random() < 0.5:
        truth[int(side * rng.uniform(0.45, 0.85)):] = other
        return
    share = np.linspace(0, 1, side)[:, None, None] * rng.uniform(0.2, 0.7)
    truth[:] = truth * (1 - share) + other * share


def _paste(rng, page, tile, across, left, top, mode):
    truth, ink, cover = page
    side = truth.shape[0]
    whole = (0.0, 0.0, 1.0, 1.0)
    layer = FIGURES.cut(tile, "layer", whole, across)
    line = pick_line(rng, tile, lambda kind: FIGURES.cut(tile, kind, whole, across))
    if rng.random() < 0.5:
        layer, line = layer[:, ::-1], line[:, ::-1]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(side, left + across), min(side, top + across)
    if x1 <= x0 or y1 <= y0:
        return
    part = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    here = slice(y0, y1), slice(x0, x1)
    color = recolor(rng, np.ascontiguousarray(layer[part]), truth[here], mode)
    alpha = layer[part][..., 3].astype(np.uint16)
    truth[here] = color
    ink[here] = np.maximum(ink[here] * (255 - alpha) // 255, line[part])
    cover[here] = np.maximum(cover[here], alpha)


def panels(rng, tile, others, side, ground_of, mode):
    """A page of two or three framed panels with white gutters."""
    truth = np.full((side, side, 3), 255, np.uint8)
    ink, cover = np.zeros((side, side), np.uint8), np.zeros((side, side), np.uint8)
    cuts = [0, *sorted(int(side * v) for v in rng.uniform(0.3, 0.7, int(rng.integers(1, 3)))), side]
    gutter = max(2, side // 48)
    for begin, end in zip(cuts, cuts[1:]):
        if end - begin < side // 5:
            continue
        inner_truth, inner_ink, inner_cover = several(rng, tile, others, side, ground_of(), mode)
        rows, columns = slice(begin + gutter, end - gutter), slice(gutter, side - gutter)
        truth[rows, columns], ink[rows, columns] = inner_truth[rows, columns], inner_ink[rows, columns]
        # A panel's ground is not the page's paper.
        cover[rows, columns] = np.maximum(inner_cover[rows, columns], 100)
        frame = ImageDraw.Draw(image := Image.fromarray(ink))
        frame.rectangle((gutter, begin + gutter, side - gutter - 1, end - gutter - 1), outline=255, width=int(rng.integers(1, 4)))
        ink = np.array(image)
    if rng.random() < 0.5:
        truth, ink, cover = truth.transpose(1, 0, 2), ink.T, cover.T
    return np.ascontiguousarray(truth), np.ascontiguousarray(ink), np.ascontiguousarray(cover)


def lettering(rng, page):
    """A word, in a balloon more often than not."""
    truth, ink, cover = page
    side = ink.shape[0]
    words = " ".join(rng.choice(WORDS, int(rng.integers(1, 4))))
    image = Image.fromarray(ink)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=int(rng.integers(9, max(10, side // 10))))
    x, y = (int(v) for v in rng.uniform(0.02, 0.7, 2) * side)
    box = draw.textbbox((x, y), words, font=font)
    if rng.random() < 0.6:
        wide, tall = (box[2] - box[0]) // 3 + 6, (box[3] - box[1]) // 2 + 6
        balloon = (box[0] - wide, box[1] - tall, box[2] + wide, box[3] + tall)
        draw.ellipse(balloon, fill=0, outline=255, width=2)
        shape = Image.new("L", image.size)
        ImageDraw.Draw(shape).ellipse(balloon, fill=255)
        inside = np.asarray(shape) > 0
        truth[inside], cover[inside] = 255, 255
    draw.text((x, y), words, font=font, fill=255)
    return truth, np.array(image), cover
