"""The hint map of shared/hintmap.ts, byte for byte: the TypeScript side is the reference, test_parity.py compares.

A marker watershed: cleaned painted pixels are the markers, the blurred ink is the elevation, pixels join their
neighbour's color in order of ink; to leave a region costs GAP_LEVEL. Open paper is claimed first. All buffers are the caller's; nothing is kept between calls.
"""
import numba as nb
import numpy as np

LINE_INK = 128
FAINT_INK = 12
GAP_LEVEL = 48
SPILL_PERCENT = 30
NEAR_SCALE = 64
NEAR_IN_REGION = 160
WHITE = np.uint32(0xFFFFFFFF)
OPENLY = 8
PAPER_DISTANCE = 64
FARTHEST = 0xFFFF
UNSEEN, PATCH, MARKER, SPILL, LESSER_MARKER = 0, 1, 2, 3, 4


@nb.njit(cache=True, nogil=True)
def blur_ink(ink):
    """Blurred by [1 4 6 4 1] / 16 in both axes, edges repeated, rounded down; faint ink becomes paper."""
    height, width = ink.shape
    rows = np.empty((height, width), np.int32)
    out = np.empty((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            a = ink[y, max(0, x - 2)]
            b = ink[y, max(0, x - 1)]
            d = ink[y, min(width - 1, x + 1)]
            e = ink[y, min(width - 1, x + 2)]
            rows[y, x] = np.int32(a) + 4 * np.int32(b) + 6 * np.int32(ink[y, x]) + 4 * np.int32(d) + np.int32(e)
    for y in range(height):
        a, b = max(0, y - 2), max(0, y - 1)
        d, e = min(height - 1, y + 1), min(height - 1, y + 2)
        for x in range(width):
            total = rows[a, x] + 4 * rows[b, x] + 6 * rows[y, x] + 4 * rows[d, x] + rows[e, x]
            value = total >> 8
            out[y, x] = 0 if value < FAINT_INK else value
    return out


@nb.njit(cache=True, nogil=True)
def _collect(pixels, ink, state, stride, label, start, source, target, todo, begin):
    count = pixels.size
    end = begin
    todo[end] = start
    end += 1
    state[start] = target
    read = begin
    around = 8 if target == PATCH else 4
    while read < end:
        at = todo[read]
        read += 1
        column = at % stride
        for i in range(around):
            if i == 0:
                dx, step = -1, -1
            elif i == 1:
                dx, step = 1, 1
            elif i == 2:
                dx, step = 0, -stride
            elif i == 3:
                dx, step = 0, stride
            elif i == 4:
                dx, step = -1, -stride - 1
            elif i == 5:
                dx, step = 1, -stride + 1
            elif i == 6:
                dx, step = -1, stride - 1
            else:
                dx, step = 1, stride + 1
            x = column + dx
            following = at + step
            if x < 0 or x >= stride or following < 0 or following >= count:
                continue
            if state[following] != source or pixels[following] != label:
                continue
            if target == MARKER and ink[following] >= LINE_INK:
                continue
            state[following] = target
            todo[end] = following
            end += 1
    return end


@nb.njit(cache=True, nogil=True)
def _doubt(regions, state, piece, begin, end):
    """Of a piece, only what lies in the region that it covers most is surely meant."""
    covered = {regions[piece[begin]]: 0}
    for i in range(begin, end):
        covered[regions[piece[i]]] = covered.get(regions[piece[i]], 0) + 1
    main, most = -1, 0
    for region, count in covered.items():
        if count > most or (count == most and region < main):
            main, most = region, count
    for i in range(begin, end):
        if regions[piece[i]] != main:
            state[piece[i]] = LESSER_MARKER


@nb.njit(cache=True, nogil=True)
def _clean_patch(pixels, ink, regions, state, width, start, todo):
    label = pixels[start]
    size = _collect(pixels, ink, state, width, label, start, UNSEEN, PATCH, todo, 0)
    ends = [0]
    end = size
    for i in range(size):
        at = todo[i]
        if state[at] != PATCH or ink[at] >= LINE_INK:
            continue
        end = _collect(pixels, ink, state, width, label, at, PATCH, MARKER, todo, end)
        ends.append(end)
    if len(ends) == 1:
        for i in range(size):
            state[todo[i]] = MARKER
        return
    largest = 0
    begin = size
    for i in range(1, len(ends)):
        largest = max(largest, ends[i] - begin)
        begin = ends[i]
    begin = size
    for i in range(1, len(ends)):
        length = ends[i] - begin
        if length == largest:
            _doubt(regions, state, todo, begin, ends[i])
        else:
            kind = SPILL if 100 * length < SPILL_PERCENT * largest else LESSER_MARKER
            for k in range(begin, ends[i]):
                state[todo[k]] = kind
        begin = ends[i]


@nb.njit(cache=True, nogil=True)
def _spread(pixels, ink, elevation, regions, is_paper, openness, stride, width, height, color, reach, near):
    count = pixels.size
    state = np.zeros(count, np.uint8)
    todo = np.empty(2 * count, np.int32)
    distance = np.zeros(count, np.int32)
    following = np.empty(count, np.int32)
    first = np.full(256, -1, np.int32)
    last = np.full(256, -1, np.int32)
    # Whose color the open paper has (shared/paperClaims.ts).
    claims = np.full(is_paper.size, WHITE, np.uint32)
    most_open = np.full(is_paper.size, -1, np.int32)
    others = np.full(is_paper.size, -1, np.int32)
    for at in range(count):
        if pixels[at] != 0 and state[at] == UNSEEN:
            _clean_patch(pixels, ink, regions, state, stride, at, todo)
        if state[at] == MARKER or state[at] == LESSER_MARKER:
            color[at] = pixels[at]
            reach[at] = 255
            following[at] = -1
            if first[0] == -1:
                first[0] = at
            else:
                following[last[0]] = at
            last[0] = at
            if state[at] == MARKER and is_paper[regions[at]] == 1:
                region = regions[at]
                own = np.int32(openness[at])
                if claims[region] == pixels[at]:
                    most_open[region] = max(most_open[region], own)
                elif own > most_open[region]:
                    others[region] = max(others[region], most_open[region])
                    most_open[region] = own
                    claims[region] = pixels[at]
                else:
                    others[region] = max(others[region], own)
    if first[0] != -1:
        for y in range(height):
            for at in range(y * stride, y * stride + width):
                region = regions[at]
                if color[at] != 0 or elevation[at] != 0 or is_paper[region] == 0:
                    continue
                is_claimed = most_open[region] >= OPENLY and 0 <= others[region] < OPENLY
                if most_open[region] >= 0 and (not is_claimed or openness[at] < OPENLY):
                    continue
                color[at] = claims[region]
                reach[at] = 255
                state[at] = MARKER
                distance[at] = PAPER_DISTANCE
                following[at] = -1
                following[last[0]] = at
                last[0] = at
    last_row = (height - 1) * stride
    for floor in range(256):
        at = first[floor]
        while at != -1:
            column = at % stride
            for side in range(4):
                if side == 0:
                    to = at - 1 if column > 0 else at
                elif side == 1:
                    to = at + 1 if column < width - 1 else at
                elif side == 2:
                    to = at - stride if at >= stride else at
                else:
                    to = at + stride if at < last_row else at
                if color[to] != 0:
                    continue
                level = np.int64(floor)
                if regions[to] != regions[at] and level < GAP_LEVEL:
                    level = GAP_LEVEL
                if elevation[to] > level:
                    level = np.int64(elevation[to])
                color[to] = color[at]
                reach[to] = 255 - level
                distance[to] = min(distance[at] + 1, FARTHEST)
                state[to] = state[at]
                following[to] = -1
                if first[level] == -1:
                    first[level] = to
                else:
                    following[last[level]] = to
                last[level] = to
            at = following[at]
    for at in range(count):
        if color[at] != 0:
            closeness = (255 * NEAR_SCALE) // (NEAR_SCALE + distance[at])
            if reach[at] == 255 and state[at] == MARKER and closeness < NEAR_IN_REGION:
                closeness = NEAR_IN_REGION
            near[at] = closeness


def spread_hints(pixels: np.ndarray, ink: np.ndarray, regions, size=None):
    """`pixels` uint32 [h, w] (0 = unpainted, else 0xFFBBGGRR), `ink` uint8 [h, w], `regions` of it (regions.py), `size` (width,
    height) of the page without padding -> color, reach, near, same shape."""
    rows, stride = ink.shape
    width, height = size or (stride, rows)
    color = np.zeros(rows * stride, np.uint32)
    reach = np.zeros(rows * stride, np.uint8)
    near = np.zeros(rows * stride, np.uint8)
    flat, flat_ink, flat_regions, flat_openness = (np.ascontiguousarray(a).reshape(-1) for a in (pixels, ink, regions.ids, regions.openness))
    elevation = blur_ink(np.ascontiguousarray(ink)).reshape(-1)
    _spread(flat, flat_ink, elevation, flat_regions, regions.is_paper, flat_openness, stride, width, height, color, reach, near)
    pad = ((0, rows - height), (0, stride - width))
    planes = (plane.reshape(rows, stride)[:height, :width] for plane in (color, reach, near))
    return tuple(np.pad(plane, pad, mode="edge") for plane in planes)


def rgb_of(pixels: np.ndarray) -> np.ndarray:
    """uint8 RGB of raster pixels."""
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)[..., :3]
