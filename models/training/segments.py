"""The segments of shared/segments.ts (same partition, test_parity.py compares) and the flats: one color a segment."""
import numba as nb
import numpy as np

LINE_INK = 128
# Pixels with less ink than this tell a segment's color; those on lines are mixed with what lies beside.
CLEAN_INK = 24


@nb.njit(cache=True, nogil=True)
def _segments(regions, region_count, color, near, ink, out):
    # Each region's hinted colors are a linked list; segments are numbered in the order they are met.
    first = np.full(region_count, -1, np.int32)
    first_color = np.zeros(region_count, np.uint32)
    colors, following, names = [np.uint32(0)], [np.int32(-1)], [np.int32(-1)]
    for at in range(regions.size):
        if near[at] != 255 or ink[at] >= LINE_INK:
            continue
        region = regions[at]
        entry = first[region]
        if entry < 0:
            first_color[region] = color[at]
        while entry >= 0 and colors[entry] != color[at]:
            entry = following[entry]
        if entry < 0:
            colors.append(color[at])
            following.append(first[region])
            names.append(np.int32(-1))
            first[region] = len(colors) - 1
    whole = np.full(region_count, -1, np.int32)
    hinted = np.empty(regions.size, np.uint8)
    count = 0
    last_region, last_entry = -1, -1
    for at in range(regions.size):
        region = regions[at]
        if first[region] < 0:
            if whole[region] < 0:
                whole[region] = count
                hinted[count] = 0
                count += 1
            out[at] = whole[region]
            last_region = region
            continue
        entry = first[region]
        while entry >= 0 and colors[entry] != color[at]:
            entry = following[entry]
        if entry < 0:
            # What came over a line counts as what lies beside it.
            entry = last_entry if region == last_region else first[region]
            while region != last_region and colors[entry] != first_color[region]:
                entry = following[entry]
        if names[entry] < 0:
            names[entry] = count
            hinted[count] = 1
            count += 1
        out[at] = names[entry]
        last_region, last_entry = region, entry
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
