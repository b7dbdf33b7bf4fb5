"""Which pixel's color every pixel of a draft of half the page's size takes: shared/upsampler.ts for twice the size (test_parity.py
compares). So the refinement network learns on the draft that people see, whose color stops at the lines."""
import numba as nb
import numpy as np
import torch
from torch.nn import functional as F

CLEAN_INK = 24
LINE_INK = 128


@nb.njit(cache=True, nogil=True)
def _clean(ink):
    """1 where the four nearest pixels of the half size hold no ink: means of an area's average and its darkest."""
    height, width = ink.shape
    half = np.empty((height // 2, width // 2), np.uint8)
    for y in range(height // 2):
        for x in range(width // 2):
            total, most = 0, 0
            for i in range(4):
                value = np.int64(ink[2 * y + i // 2, 2 * x + i % 2])
                total += value
                most = max(most, value)
            grey = (4 * 255 - total + 2) // 4
            half[y, x] = 255 - (grey + 255 - most + 1) // 2
    clean = np.zeros((height, width), np.uint8)
    for y in range(height):
        top = max(0, (y - 1) // 2)
        bottom = min(height // 2 - 1, top + 1)
        for x in range(width):
            left = max(0, (x - 1) // 2)
            right = min(width // 2 - 1, left + 1)
            if max(half[top, left], half[top, right], half[bottom, left], half[bottom, right]) <= CLEAN_INK:
                clean[y, x] = 1
    return clean


@nb.njit(cache=True, nogil=True)
def _neighbour(at, side, width, count):
    if side == 0:
        return at - 1 if at % width > 0 else -1
    if side == 1:
        return at + 1 if at % width < width - 1 else -1
    if side == 2:
        return at - width
    return at + width if at < count - width else -1


@nb.njit(cache=True, nogil=True)
def origins_of(ink):
    """int32 [h, w]: the pixel (y * w + x) whose bilinear color each pixel takes, itself where no line is near. `ink`: uint8, even sides."""
    height, width = ink.shape
    count = height * width
    flat = ink.reshape(count)
    done = _clean(ink).reshape(count)
    origins = np.arange(count).astype(np.int32)
    following = np.empty(count, np.int32)
    first, last = np.full(256, -1, np.int32), np.full(256, -1, np.int32)
    for at in range(count):
        if done[at] == 0:
            continue
        for side in range(4):
            to = _neighbour(at, side, width, count)
            if to >= 0 and done[to] == 0:
                _push(at, 0, first, last, following)
                break
    for level in range(256):
        if level == LINE_INK - 1:
            _drain(level, flat, width, done, origins, first, last, following)
            for at in range(count):
                if done[at] == 0 and flat[at] < LINE_INK:
                    done[at] = 1
                    _push(at, level, first, last, following)
        _drain(level, flat, width, done, origins, first, last, following)
    return origins.reshape(height, width)


@nb.njit(cache=True, nogil=True)
def _push(at, level, first, last, following):
    following[at] = -1
    if first[level] == -1:
        first[level] = at
    else:
        following[last[level]] = at
    last[level] = at


@nb.njit(cache=True, nogil=True)
def _drain(level, flat, width, done, origins, first, last, following):
    at = first[level]
    while at != -1:
        for side in range(4):
            to = _neighbour(at, side, width, flat.size)
            if to < 0 or done[to] != 0:
                continue
            done[to] = 1
            origins[to] = origins[at]
            _push(to, max(level, np.int64(flat[to])), first, last, following)
        at = following[at]
    first[level] = -1


def flipped(origins, dim):
    """Origins ([n, h, w]) of pages flipped along `dim` (1 or 2)."""
    height, width = origins.shape[1:]
    rows, columns = origins // width, origins % width
    turned = (height - 1 - rows) * width + columns if dim == 1 else rows * width + width - 1 - columns
    return turned.flip(dim)


def upsampled(layer: torch.Tensor, origins: torch.Tensor) -> torch.Tensor:
    """[n, c, h / 2, w / 2] at the size of `origins` ([n, h, w])."""
    up = F.interpolate(layer, scale_factor=2, mode="bilinear", align_corners=False)
    chosen = origins.to(layer.device, torch.int64).flatten(1)[:, None].expand(-1, up.shape[1], -1)
    return up.flatten(2).gather(2, chosen).view(up.shape)
