"""One training sample: a tile becomes a page at its working size, with true colors, ink, painted hints and the hint map.

`side` is the page's working size; the draft network sees half of it. Everything is drawn from `rng`, so a seed is a scene.
"""
from dataclasses import dataclass

import numba as nb
import numpy as np
from PIL import Image

import lines
from hintmap import spread_hints
from palette import recolor
from raster import paint_strokes
from strokes import simulate


@dataclass
class Scene:
    truth: np.ndarray  # uint8 [s, s, 3], the color layer
    ink: np.ndarray  # uint8 [s, s]
    hints: np.ndarray  # uint32 [s, s], 0 = unpainted
    color: np.ndarray  # uint32 [s, s], the hint map
    reach: np.ndarray  # uint8
    near: np.ndarray  # uint8
    strokes: int


def random_count(rng):
    roll = rng.random()
    if roll < 0.33:
        return 0
    if roll < 0.56:
        return int(rng.integers(1, 6))
    if roll < 0.82:
        return int(rng.integers(5, 19))
    return int(rng.integers(18, 41))


def pick_line(rng, tile):
    """The tile's drawing in one of its kinds, or two together."""
    kinds = tile.kinds
    own = [kind for kind in kinds if kind in ("vector", "black", "own")]
    if not own or rng.random() < 0.28:
        return tile.line("dog")
    kind = own[rng.integers(len(own))]
    ink = tile.line(kind)
    if rng.random() < 0.15:
        ink = np.maximum(ink, tile.line("dog"))
    return ink


def clean_kind(tile):
    return next(kind for kind in ("vector", "own", "dog") if kind in tile.kinds)


def background_color(rng, count):
    if rng.random() < (0.95 if count == 0 else 0.6):
        return np.array([255.0, 255.0, 255.0]), 0.15
    if rng.random() < 0.4:
        return 255 - rng.uniform(0, 60, 3), 0.8
    return rng.uniform(20, 255, 3), 0.85


def make_scene(rng, tile, side, count=None, augment=True, native=0.0):
    count = random_count(rng) if count is None else count
    rgba = tile.layer()
    if augment:
        paper, paper_chance = background_color(rng, count)
        keep = 0.97 if count == 0 else 0.25
        mode = "keep" if rng.random() < keep else ("all" if rng.random() < 0.45 else "each")
    else:
        paper, paper_chance, mode = np.array([255.0, 255.0, 255.0]), 0.5, "keep"
    ink = pick_line(rng, tile) if augment else tile.line(clean_kind(tile))
    truth = recolor(rng, rgba, paper, mode)
    alpha = rgba[..., 3]
    if augment and rng.random() < 0.3:
        ink = _add_blacks(truth, alpha, ink)
    truth, ink, alpha = _frame(rng, truth, ink, alpha, side, augment, native)
    if augment:
        ink = lines.style(rng, ink)
    strokes = simulate(rng, truth, ink, count, alpha < 64, paper_chance)
    hints = paint_strokes(strokes, (side, side), (side, side), ink)
    color, reach, near = spread_hints(hints, ink)
    return Scene(truth, ink, hints, color, reach, near, len(strokes))


def _frame(rng, truth, ink, alpha, side, augment, native):
    """The whole tile, or a window of it, at the working size; mirrored now and then. `native`: share of windows unscaled."""
    full = ink.shape[0]
    box = (0, 0, full, full)
    if augment and rng.random() < native:
        x, y = rng.integers(0, full - side + 1, 2)
        box = (x, y, x + side, y + side)
    elif augment and rng.random() < 0.45:
        window = rng.uniform(min(1, max(0.45, 0.8 * side / full)), 1) * full
        x, y = rng.uniform(0, full - window, 2)
        box = (x, y, x + window, y + window)
    if side != full or box != (0, 0, full, full):
        truth = np.asarray(Image.fromarray(truth).resize((side, side), Image.BILINEAR, box))
        ink = np.asarray(Image.fromarray(ink).resize((side, side), Image.BILINEAR, box))
        alpha = np.asarray(Image.fromarray(np.ascontiguousarray(alpha)).resize((side, side), Image.BILINEAR, box))
        if box[2] - box[0] > side:
            ink = np.minimum(255, ink.astype(np.uint16) * 5 // 4).astype(np.uint8)
    if augment and rng.random() < 0.5:
        truth, ink, alpha = truth[:, ::-1], ink[:, ::-1], alpha[:, ::-1]
    return np.ascontiguousarray(truth), np.ascontiguousarray(ink), np.ascontiguousarray(alpha)


@nb.njit(cache=True, nogil=True)
def _pack(ink, hints, color, reach, near, out):
    height, width = ink.shape
    unit = np.float32(1 / 255)
    for y in range(height):
        for x in range(width):
            out[0, y, x] = ink[y, x] * unit
            hint, spread = hints[y, x], color[y, x]
            for c in range(3):
                out[1 + c, y, x] = np.float32((hint >> (8 * c)) & 255) * unit if hint != 0 else np.float32(-1)
                out[4 + c, y, x] = np.float32((spread >> (8 * c)) & 255) * unit
            out[7, y, x] = reach[y, x] * unit
            out[8, y, x] = near[y, x] * unit


def full_inputs(scene):
    """float32 [9, s, s]: ink, hint RGB (-1 unpainted), map RGB, reach, near."""
    out = np.empty((9, *scene.ink.shape), np.float32)
    _pack(scene.ink, scene.hints, scene.color, scene.reach, scene.near, out)
    return out


@nb.njit(cache=True, nogil=True)
def halve(inputs):
    """The draft's inputs from the working size's: means of 2 x 2; a hint's color is the mean of the painted pixels."""
    channels, height, width = inputs.shape
    out = np.empty((channels, height // 2, width // 2), np.float32)
    for c in range(channels):
        is_hint = 1 <= c <= 3
        for y in range(height // 2):
            for x in range(width // 2):
                total, count = np.float32(0), 0
                for i in range(4):
                    value = inputs[c, 2 * y + i // 2, 2 * x + i % 2]
                    if not is_hint or value >= 0:
                        total += value
                        count += 1
                out[c, y, x] = total / count if count > 0 else np.float32(-1)
    return out


@nb.njit(cache=True, nogil=True)
def _add_blacks(truth, alpha, ink):
    """Some artists leave blacks solid: dark color under white paper becomes ink."""
    height, width = ink.shape
    out = ink.copy()
    for y in range(height):
        for x in range(width):
            if alpha[y, x] > 200 and max(truth[y, x, 0], truth[y, x, 1], truth[y, x, 2]) < 60:
                out[y, x] = 255
    return out
