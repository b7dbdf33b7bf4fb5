"""The regions of shared/regions.ts, byte for byte: the TypeScript side is the reference, test_parity.py compares."""
from dataclasses import dataclass

import numba as nb
import numpy as np

from hintmap import blur_ink
from openness import SMALLEST, cut_pockets, openness_of

STRAIGHT, DIAGONAL, FARTHEST = 3, 4, 255
WIDEST_GAP = 3 * STRAIGHT
NARROW, OF = 1, 3
TONE_STEP = 24
PAPER_BORDER = 100


@dataclass
class Regions:
    ids: np.ndarray  # int32 [h, w]
    areas: np.ndarray  # int32 a region
    borders: np.ndarray  # int32 a region: pixels of the page's border; a pocket has its paper's
    is_paper: np.ndarray  # uint8 a region: 1 for the open paper around a drawing
    openness: np.ndarray  # uint8 [h, w], 0 .. 16


@nb.njit(cache=True, nogil=True)
def _levels(elevation, height, width):
    """0 .. 252 paper, the farther from ink the lower; 256 .. 511 ink by its darkness."""
    levels = np.zeros((height, width), np.int32)
    for y in range(height):
        for x in range(width):
            if elevation[y, x] > 0:
                continue
            best = min(FARTHEST, (levels[y, x - 1] if x > 0 else FARTHEST) + STRAIGHT)
            if y > 0:
                best = min(best, levels[y - 1, x] + STRAIGHT)
                best = min(best, (levels[y - 1, x - 1] if x > 0 else FARTHEST) + DIAGONAL)
                best = min(best, (levels[y - 1, x + 1] if x < width - 1 else FARTHEST) + DIAGONAL)
            levels[y, x] = best
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            best = levels[y, x]
            if best == 0:
                continue
            best = min(best, (levels[y, x + 1] if x < width - 1 else FARTHEST) + STRAIGHT)
            if y < height - 1:
                best = min(best, levels[y + 1, x] + STRAIGHT)
                best = min(best, (levels[y + 1, x - 1] if x > 0 else FARTHEST) + DIAGONAL)
                best = min(best, (levels[y + 1, x + 1] if x < width - 1 else FARTHEST) + DIAGONAL)
            levels[y, x] = best
    for y in range(height):
        for x in range(width):
            levels[y, x] = 256 + elevation[y, x] if elevation[y, x] > 0 else FARTHEST - levels[y, x]
    return levels


@nb.njit(cache=True, nogil=True)
def _root(parents, label):
    at = label
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at


@nb.njit(cache=True, nogil=True)
def _is_one_area(level, bottom, other):
    higher = max(bottom, other)
    if level < 256:
        gap = FARTHEST - level
        return gap > WIDEST_GAP or OF * gap > NARROW * (FARTHEST - higher)
    return higher >= 256 and level - higher < TONE_STEP


@nb.njit(cache=True, nogil=True)
def _regions(elevation, height, width):
    levels = _levels(elevation, height, width)
    starts = np.zeros(513, np.int64)
    for y in range(height):
        for x in range(width):
            starts[levels[y, x] + 1] += 1
    for level in range(512):
        starts[level + 1] += starts[level]
    order = np.empty(height * width, np.int32)
    for y in range(height):
        for x in range(width):
            level = levels[y, x]
            order[starts[level]] = y * width + x
            starts[level] += 1
    labels = np.full(height * width, -1, np.int32)
    parents = np.empty(height * width, np.int32)
    bottoms = np.empty(height * width, np.int32)
    count = 0
    for at in order:
        y, x = at // width, at % width
        level = levels[y, x]
        mine = -1
        for side in range(4):
            if side == 0:
                following = at - 1 if x > 0 else -1
            elif side == 1:
                following = at + 1 if x < width - 1 else -1
            elif side == 2:
                following = at - width if y > 0 else -1
            else:
                following = at + width if y < height - 1 else -1
            if following < 0 or labels[following] < 0:
                continue
            root = _root(parents, labels[following])
            if mine < 0:
                mine = root
            elif root != mine and _is_one_area(level, bottoms[mine], bottoms[root]):
                if bottoms[root] < bottoms[mine]:
                    parents[mine] = root
                    mine = root
                else:
                    parents[root] = mine
        if mine < 0:
            mine = count
            count += 1
            parents[mine] = mine
            bottoms[mine] = level
        labels[at] = mine
    names = np.full(count + 1, -1, np.int32)
    ids = np.empty((height, width), np.int32)
    areas = np.zeros(count + 1, np.int32)
    borders = np.zeros(count + 1, np.int32)
    found = 0
    for y in range(height):
        for x in range(width):
            root = _root(parents, labels[y * width + x])
            if names[root] < 0:
                names[root] = found
                found += 1
            ids[y, x] = names[root]
            areas[names[root]] += 1
            if x == 0 or y == 0 or x == width - 1 or y == height - 1:
                borders[names[root]] += 1
    return ids, areas[:found], borders[:found]


def regions_of(ink: np.ndarray, size=None):
    """Regions for a page of `size` (width, height) in the corner of padded `ink`."""
    rows, stride = ink.shape
    width, height = size or (stride, rows)
    elevation = blur_ink(np.ascontiguousarray(ink))[:height, :width]
    ids, areas, borders = _regions(elevation, height, width)
    openness = openness_of(elevation)
    is_paper = borders * 510 >= PAPER_BORDER * (2 * (width + height) - 4)
    papers, pixels = np.empty(SMALLEST, np.int32), np.empty(SMALLEST, np.int32)
    pockets = cut_pockets(ids, openness, elevation, is_paper, len(areas), papers, pixels)
    papers, pixels = papers[:pockets], pixels[:pockets]
    np.subtract.at(areas, papers, pixels)
    pad = ((0, rows - height), (0, stride - width))
    return Regions(np.pad(ids, pad, mode="edge"), np.concatenate([areas, pixels]), np.concatenate([borders, borders[papers]]),
                   np.concatenate([is_paper, np.zeros(pockets, bool)]).astype(np.uint8), np.pad(openness, pad, mode="edge"))


def border_shares(borders, size):
    """uint8 a region: how much of the page's border it holds, 255 = half or more."""
    return np.minimum(255, 510 * borders.astype(np.int64) // (2 * (size[0] + size[1]) - 4)).astype(np.uint8)


def roominess(areas, size):
    """uint8 a region: the side of a square of its area against the page's."""
    return np.floor(255 * np.sqrt(areas / (size[0] * size[1]))).astype(np.uint8)
