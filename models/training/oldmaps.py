"""Hint maps that the product does not use, for ablate.py: what came before it, and what others do.

Each takes the hint raster (uint32 [h, w], 0 = unpainted) and the ink (uint8 [h, w]) and gives (color uint32, reach uint8,
near uint8) as hintmap.py does: near is 255 on painted pixels and at most 251 elsewhere, all is zero without hints.
"""
from dataclasses import replace
from heapq import heappop, heappush

import numba as nb
import numpy as np

from hintmap import rgb_of, spread_hints
from regions import regions_of

LINE_INK = 128
FAINT_INK = 12
SPILL = 0.3
STRAIGHT, DIAGONAL = 10, 14
FAR = 640


def sparse(hints, ink):
    """No map: the painted pixels only."""
    painted = hints != 0
    return hints.copy(), np.where(painted, 255, 0).astype(np.uint8), np.where(painted, 255, 0).astype(np.uint8)


def pyramid(hints, ink):
    """Average-pooled hints, blind to ink: each pixel takes the smallest square of 2, 4, 8 ... pixels that holds any paint."""
    height, width = hints.shape
    color, near = hints.copy(), np.where(hints != 0, 255, 0).astype(np.uint8)
    if not near.any():
        return color, near.copy(), near
    side = 2
    total = rgb_of(hints).astype(np.float64) * (hints != 0)[..., None]
    count = (hints != 0).astype(np.float64)
    while (color == 0).any():
        total, count = _pooled(total), _pooled(count)
        mean = np.floor(total / np.maximum(count, 1)[..., None] + 0.5).astype(np.uint32)
        packed = (0xFF000000 | mean[..., 2] << 16 | mean[..., 1] << 8 | mean[..., 0]) * (count > 0)
        whole = np.repeat(np.repeat(packed, side, 0), side, 1)[:height, :width].astype(np.uint32)
        fresh = (color == 0) & (whole != 0)
        color[fresh] = whole[fresh]
        near[fresh] = 255 * 64 // (64 + side)
        side *= 2
    return color, np.full((height, width), 255, np.uint8), near


def _pooled(values):
    odd = [(0, values.shape[0] % 2), (0, values.shape[1] % 2)] + [(0, 0)] * (values.ndim - 2)
    values = np.pad(values, odd)
    return values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2]


def shortest_path(hints, ink):
    """Map v1: the nearest hint by length + ink x 600 / 255 a step."""
    return _path(np.ascontiguousarray(hints), np.ascontiguousarray(ink), 600 / 255)


def walled_path(hints, ink):
    """Map v2: lines nearly impassable, and a stroke's spill over a line does not count."""
    return _path(cleaned(np.ascontiguousarray(hints), ink), np.ascontiguousarray(ink), 40_000 / 255)


def watershed(hints, ink):
    """Map v3: cleaned hints flood the blurred ink."""
    return _flood(cleaned(np.ascontiguousarray(hints), ink), blurred(ink))


def blurred(ink):
    """Sigma 1."""
    taps = np.exp(-0.5 * np.arange(-3, 4) ** 2)
    out = ink.astype(np.float64)
    for axis in (0, 1):
        edge = np.pad(out, [(3, 3) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        out = sum(t * np.take(edge, range(i, i + ink.shape[axis]), axis) for i, t in enumerate(taps / taps.sum()))
    return np.where(out < FAINT_INK, 0, out).astype(np.uint8)


@nb.njit(cache=True, nogil=True)
def _patch(hints, ink, seen, y, x, clear_only, ys, xs):
    """Collects the pixels of one color connected to (y, x) that `seen` does not hold; returns how many."""
    height, width = hints.shape
    ys[0], xs[0] = y, x
    seen[y, x] = 1
    count, read = 1, 0
    while read < count:
        cy, cx = ys[read], xs[read]
        read += 1
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                ny, nx = cy + dy, cx + dx
                if ny < 0 or nx < 0 or ny >= height or nx >= width or seen[ny, nx] != 0:
                    continue
                if hints[ny, nx] != hints[y, x] or (clear_only and (ink[ny, nx] >= LINE_INK or dy * dx != 0)):
                    continue
                seen[ny, nx] = 1
                ys[count], xs[count] = ny, nx
                count += 1
    return count


@nb.njit(cache=True, nogil=True)
def cleaned(hints, ink):
    """A stroke is cut by the ink; pieces smaller than SPILL of its largest, and what lies on the ink, are dropped."""
    height, width = hints.shape
    out = np.zeros_like(hints)
    whole, cut = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    ys, xs = np.empty(height * width, np.int32), np.empty(height * width, np.int32)
    py, px = np.empty(height * width, np.int32), np.empty(height * width, np.int32)
    for y in range(height):
        for x in range(width):
            if hints[y, x] == 0 or whole[y, x] != 0:
                continue
            count = _patch(hints, ink, whole, y, x, False, ys, xs)
            largest = 0
            for keep in range(2):
                for i in range(count):
                    at_y, at_x = ys[i], xs[i]
                    if keep == 1 and largest == 0:
                        out[at_y, at_x] = hints[y, x]
                    if ink[at_y, at_x] >= LINE_INK or cut[at_y, at_x] != 0:
                        continue
                    size = _patch(hints, ink, cut, at_y, at_x, True, py, px)
                    if keep == 0:
                        largest = max(largest, size)
                    elif size >= SPILL * largest:
                        for k in range(size):
                            out[py[k], px[k]] = hints[y, x]
                if keep == 0:
                    for i in range(count):
                        cut[ys[i], xs[i]] = 0
    return out


@nb.njit(cache=True, nogil=True)
def _path(hints, ink, ink_cost):
    height, width = hints.shape
    color = hints.copy()
    crossed, length = np.zeros((height, width)), np.zeros((height, width))
    cost = np.where(hints != 0, 0.0, np.inf)
    done = np.zeros((height, width), np.uint8)
    queue = [(0.0, 0, 0)]
    queue.clear()
    for y in range(height):
        for x in range(width):
            if hints[y, x] != 0:
                heappush(queue, (0.0, y, x))
    while len(queue) > 0:
        _, y, x = heappop(queue)
        if done[y, x] != 0:
            continue
        done[y, x] = 1
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                ny, nx = y + dy, x + dx
                if ny < 0 or nx < 0 or ny >= height or nx >= width or done[ny, nx] != 0:
                    continue
                over = max(ink[y, x], ink[ny, nx])
                far = STRAIGHT
                if dy * dx != 0:
                    over = max(over, min(ink[y, nx], ink[ny, x]))
                    far = DIAGONAL
                if over < FAINT_INK:
                    over = 0
                total = cost[y, x] + far + over * ink_cost
                if total < cost[ny, nx]:
                    cost[ny, nx] = total
                    color[ny, nx] = color[y, x]
                    crossed[ny, nx] = crossed[y, x] + over
                    length[ny, nx] = length[y, x] + far
                    heappush(queue, (total, ny, nx))
    reach, near = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            if color[y, x] != 0:
                reach[y, x] = np.uint8(255 * np.exp(-crossed[y, x] / 255))
                near[y, x] = np.uint8(max(1.0, 255 * np.exp(-length[y, x] / FAR)))
    return color, reach, near


@nb.njit(cache=True, nogil=True)
def _flood(markers, elevation):
    height, width = markers.shape
    color = markers.copy()
    reach, near = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    queue = [(0, 0, 0, 0, 0)]
    queue.clear()
    order = 0
    for y in range(height):
        for x in range(width):
            if markers[y, x] != 0:
                reach[y, x], near[y, x] = 255, 255
                heappush(queue, (0, order, 0, y, x))
                order += 1
    while len(queue) > 0:
        level, _, steps, y, x = heappop(queue)
        for i in range(4):
            ny, nx = y + (i == 0) - (i == 1), x + (i == 2) - (i == 3)
            if ny < 0 or nx < 0 or ny >= height or nx >= width or color[ny, nx] != 0:
                continue
            rises = max(level, int(elevation[ny, nx]))
            color[ny, nx] = color[y, x]
            reach[ny, nx] = 255 - rises
            near[ny, nx] = 255 * 64 // (65 + steps)
            heappush(queue, (rises, order, steps + 1, ny, nx))
            order += 1
    return color, reach, near


def walled_regions(hints, ink):
    """Version 4: gaps closed by regions; paper is spread over like everything else."""
    regions = regions_of(ink)
    return spread_hints(hints, ink, replace(regions, is_paper=np.zeros_like(regions.is_paper)))
