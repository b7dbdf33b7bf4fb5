"""One training sample: tiles become a page at its working size, with true colors, ink, painted hints and the hint map.

`side` is the page's working size; the draft network sees half of it. Everything is drawn from `rng`, so a seed is a scene.
"""
from dataclasses import dataclass

import numba as nb
import numpy as np
from PIL import Image, ImageFilter

import lines
from compose import FIGURES, lettering, panels, several, single
from hintmap import spread_hints
from palette import recolor
from raster import paint_strokes
from regions import border_shares, regions_of, roominess
from segments import segments_of
from strokes import grow_region, simulate


@dataclass
class Scene:
    truth: np.ndarray  # uint8 [s, s, 3], the color layer
    ink: np.ndarray  # uint8 [s, s]
    hints: np.ndarray  # uint32 [s, s], 0 = unpainted
    color: np.ndarray  # uint32 [s, s], the hint map
    reach: np.ndarray  # uint8
    near: np.ndarray  # uint8
    border: np.ndarray  # uint8, how much of the page's border each pixel's region holds
    room: np.ndarray  # uint8, how large it is
    openness: np.ndarray  # uint8, 0 .. 16
    segments: np.ndarray  # int32
    strokes: int


def random_count(rng):
    roll = rng.random()
    if roll < 0.2:
        return 0
    if roll < 0.45:
        return int(rng.integers(1, 4))
    if roll < 0.72:
        return int(rng.integers(4, 12))
    return int(rng.integers(12, 31 if roll < 0.94 else 51))


def clean_kind(tile):
    return next(kind for kind in ("vector", "own", "dog") if kind in tile.kinds)


def ground_color(rng, count):
    if rng.random() < (0.95 if count == 0 else 0.55):
        return np.array([255.0, 255.0, 255.0])
    return 255 - rng.uniform(0, 60, 3) if rng.random() < 0.4 else rng.uniform(20, 255, 3)


def make_scene(rng, tile, side, count=None, augment=True, native=0.0, others=None):
    """`others`: tiles that may stand beside `tile` on the page; `native`: share of windows shown unscaled."""
    count = random_count(rng) if count is None else count
    if augment:
        truth, ink, cover, paper_chance = _varied_page(rng, tile, side, count, native, others)
    else:
        whole = (0.0, 0.0, 1.0, 1.0)
        layer, ink = (FIGURES.cut(tile, name, whole, side) for name in ("layer", clean_kind(tile)))
        truth, cover, paper_chance = recolor(rng, layer, (255.0, 255.0, 255.0), "keep"), layer[..., 3], 0.3
    truth, ink, cover = (np.ascontiguousarray(a) for a in (truth, ink, cover))
    strokes = simulate(rng, truth, ink, count, cover < 64, paper_chance)
    hints = paint_strokes(strokes, (side, side), (side, side), ink)
    regions, size = regions_of(ink), (side, side)
    color, reach, near = spread_hints(hints, ink, regions)
    segments, _ = segments_of(regions.ids, len(regions.areas), color, near, ink)
    return Scene(truth, ink, hints, color, reach, near, border_shares(regions.borders, size)[regions.ids],
                 roominess(regions.areas, size)[regions.ids], regions.openness, segments, len(strokes))


def _varied_page(rng, tile, side, count, native, others):
    """Truth, ink and cover of a page with its own composition, colors and line style, and how likely its paper is hinted."""
    mode = "keep" if rng.random() < (0.97 if count == 0 else 0.45) else ("all" if rng.random() < 0.45 else "each")
    paper = ground_color(rng, count)
    layout = rng.random()
    if others is None or layout < 0.66:
        truth, ink, cover = single(rng, tile, side, paper, mode, native)
    elif layout < 0.92:
        truth, ink, cover = several(rng, tile, others, side, paper, mode)
    else:
        truth, ink, cover = panels(rng, tile, others, side, lambda: ground_color(rng, count), mode)
    if rng.random() < 0.06:
        truth, ink, cover = lettering(rng, (np.array(truth), ink, np.array(cover)))
    if rng.random() < 0.2:
        ink = _add_blacks(truth, cover, ink)
    if rng.random() < 0.5:
        truth, ink, cover = truth[:, ::-1], ink[:, ::-1], cover[:, ::-1]
    ink = lines.style(rng, np.ascontiguousarray(ink))
    truth = np.ascontiguousarray(truth)
    if count > 0:
        for _ in range(int(rng.integers(0, 4))):
            _repaint(rng, truth, ink)
    # Paper that nobody hints is white (hintmap.py), so colored ground is always hinted.
    return truth, ink, cover, 0.3 if paper.min() > 250 else 1.0


def _repaint(rng, truth, ink):
    """One area gets a color from nowhere, its shading kept; sometimes white, black or grey: hints decide, not habits."""
    y, x = (int(v) for v in rng.integers(0, ink.shape[0], 2))
    mask = np.zeros(ink.shape, np.uint8)
    if ink[y, x] >= 60 or grow_region(truth, ink, x, y, 34, mask) < 60:
        return
    roll = rng.random()
    color = rng.uniform(0, 255, 3) if roll < 0.75 else np.full(3, rng.choice([255, 250, 128, 60, 20]))
    grown = np.asarray(Image.fromarray(mask).filter(ImageFilter.MaxFilter(3)))
    # The soft edge under the lines belongs to the area too.
    inside = (mask > 0) | ((grown > 0) & (ink > 40))
    shade = truth[inside].astype(np.float32) - np.median(truth[mask > 0][::4], axis=0)
    if rng.random() < 0.15:
        color = color + _two_tones(rng, inside) * (rng.uniform(0, 255, 3) - color)
    truth[inside] = np.clip(color + 0.8 * shade, 0, 255)


def _two_tones(rng, inside):
    """A share of a second color, 0..1 per pixel inside: two colors in one area, the change between them sharp or slow."""
    ys, xs = np.nonzero(inside)
    angle = rng.uniform(0, 2 * np.pi)
    along = (xs - xs.mean()) * np.cos(angle) + (ys - ys.mean()) * np.sin(angle)
    slow = rng.uniform(0.5, 0.4 * (along.max() - along.min()) + 1)
    return (1 / (1 + np.exp(-np.clip(along / slow * 2, -30, 30))))[:, None]


@nb.njit(cache=True, nogil=True)
def _pack(ink, hints, color, reach, near, border, room, openness, out):
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
            out[9, y, x] = border[y, x] * unit
            out[10, y, x] = room[y, x] * unit
            out[11, y, x] = min(255, 16 * np.int64(openness[y, x])) * unit


def full_inputs(scene):
    """float32 [12, s, s]: ink, hint RGB (-1 unpainted), map RGB, reach, near, border, room, openness."""
    out = np.empty((12, *scene.ink.shape), np.float32)
    _pack(scene.ink, scene.hints, scene.color, scene.reach, scene.near, scene.border, scene.room, scene.openness, out)
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
def _add_blacks(truth, cover, ink):
    """Some artists leave blacks solid: dark color under white paper becomes ink."""
    height, width = ink.shape
    out = ink.copy()
    for y in range(height):
        for x in range(width):
            if cover[y, x] > 200 and max(truth[y, x, 0], truth[y, x, 1], truth[y, x, 2]) < 60:
                out[y, x] = 255
    return out
