"""The segments of shared/segments.ts (same partition, test_parity.py compares) and the flats: one color a segment."""
import numba as nb
import numpy as np

LINE_INK = 128
# Pixels with less ink than this tell a segment's color; those on lines are mixed with what lies beside.
CLEAN_INK = 24


@nb.njit(cache=True, nogil=True)
def _segments(regions, region_count, color, near, ink, out):
    has_hint = np.zeros(region_count, np.uint8)
    for at in range(regions.size):
        if near[at] == 255 and ink[at] < LINE_INK:
            has_hint[regions[at]] = 1
    # Each region's segments are a linked list of (color, id).
    first = np.full(region_count, -1, np.int32)
    colors = np.empty(regions.size, np.uint32)
    following = np.empty(regions.size, np.int32)
    hinted = np.empty(regions.size, np.uint8)
    count = 0
    for at in range(regions.size):
        region = regions[at]
        wanted = color[at] if has_hint[region] else np.uint32(0)
        segment = first[region]
        while segment >= 0 and colors[segment] != wanted:
            segment = following[segment]
        if segment < 0:
            segment = count
            count += 1
            colors[segment] = wanted
            following[segment] = first[region]
            first[region] = segment
            hinted[segment] = 1 if wanted != 0 else 0
        out[at] = segment
    return count, hinted[:count]


def segments_of(regions, region_count, color, near, ink):
    """(ids int32 of the page's shape, hinted uint8 a segment)."""
    out = np.empty(regions.size, np.int32)
    flat = [np.ascontiguousarray(a).reshape(-1) for a in (regions, color, near, ink)]
    _, hinted = _segments(flat[0], region_count, flat[1], flat[2], flat[3], out)
    return out.reshape(regions.shape), hinted


@nb.njit(cache=True, nogil=True)
def flats_of(layer, ids, count, ink):
    """float32 [3, h, w]: `layer` (float32 [3, h, w]) as each segment's mean over its clean pixels, or over all when none is.
    `ink` is 0..1."""
    channels, height, width = layer.shape
    sums = np.zeros((count, channels), np.float64)
    weights = np.zeros(count, np.float64)
    for y in range(height):
        for x in range(width):
            weight = 1.0 if ink[y, x] * 255 < CLEAN_INK else 1e-6
            segment = ids[y, x]
            weights[segment] += weight
            for c in range(channels):
                sums[segment, c] += weight * layer[c, y, x]
    out = np.empty_like(layer)
    for y in range(height):
        for x in range(width):
            segment = ids[y, x]
            for c in range(channels):
                out[c, y, x] = sums[segment, c] / weights[segment]
    return out
