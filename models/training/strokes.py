"""Hints as people give them: dots, wobbly lines, scribbles and fills in the colors of the flats.

A stroke begins where no color was shown yet and mostly keeps inside its shape; some are sloppy. The strokes are returned in
the document's units (1/8 page pixels, the page being the drawing itself), for the product's own rasterizer.
"""
import numba as nb
import numpy as np

from raster import fill_region


@nb.njit(cache=True, nogil=True)
def grow_region(truth, ink, x, y, tolerance, mask):
    """Marks in `mask` (uint8) what looks like (x, y) and is connected to it without crossing ink; returns the count."""
    height, width = ink.shape
    stack = np.empty(height * width, np.int32)
    stack[0] = y * width + x
    mask[y, x] = 1
    count, total = 1, 0
    r, g, b = np.int32(truth[y, x, 0]), np.int32(truth[y, x, 1]), np.int32(truth[y, x, 2])
    while count > 0:
        count -= 1
        at = stack[count]
        total += 1
        cy, cx = at // width, at % width
        for i in range(4):
            nx = cx + (-1 if i == 0 else 1 if i == 1 else 0)
            ny = cy + (-1 if i == 2 else 1 if i == 3 else 0)
            if nx < 0 or ny < 0 or nx >= width or ny >= height or mask[ny, nx] != 0 or ink[ny, nx] >= 110:
                continue
            apart = max(abs(np.int32(truth[ny, nx, 0]) - r), abs(np.int32(truth[ny, nx, 1]) - g))
            if max(apart, abs(np.int32(truth[ny, nx, 2]) - b)) <= tolerance:
                mask[ny, nx] = 1
                stack[count] = ny * width + nx
                count += 1
    return total


def simulate(rng, truth, ink, count, background=None, background_chance=0.0):
    """`count` strokes for `truth` (uint8 RGB) under `ink`. `background` is a mask of paper outside the figure: it gets a
    stroke with `background_chance`, and no other stroke starts there."""
    height, width = ink.shape
    shown = np.zeros((height, width), np.uint8)
    strokes = []
    clear = ink < 60
    figure = clear if background is None else clear & ~background
    starts = np.flatnonzero(figure)
    if count == 0 or starts.size == 0:
        return strokes
    if background is not None and rng.random() < background_chance:
        outside = np.flatnonzero(background & clear)
        if outside.size:
            _add(rng, strokes, truth, ink, shown, int(rng.choice(outside)))
    tries = 0
    while len(strokes) < count and tries < count + 12:
        tries += 1
        at = int(starts[rng.integers(starts.size)])
        for _ in range(14):
            if shown.flat[at] == 0:
                break
            at = int(starts[rng.integers(starts.size)])
        else:
            if rng.random() < 0.5:
                continue
        _add(rng, strokes, truth, ink, shown, at)
    return strokes


def _add(rng, strokes, truth, ink, shown, at):
    height, width = ink.shape
    y, x = divmod(at, width)
    mask = np.zeros((height, width), np.uint8)
    size = grow_region(truth, ink, x, y, 34, mask)
    if size < 12:
        return
    np.maximum(shown, mask, out=shown)
    inside = np.flatnonzero(mask)
    sample = truth.reshape(-1, 3)[inside[:: max(1, size // 160)]]
    color = np.median(sample, axis=0)
    if rng.random() < 0.2:
        color = np.clip(color + rng.normal(0, 8, 3), 0, 255)
    r, g, b = (int(round(v)) for v in color)
    color = (r << 16) | (g << 8) | b
    kind = rng.random()
    scale = max(width, height) / 512
    room = np.sqrt(size)
    if kind < 0.06 and size > 60 and 0 < fill_region(ink, x, y, 0).sum() < 2.5 * size:
        strokes.append(("fill", color, int(rng.integers(0, 4)) * 8, np.array([[x * 8 + 4, y * 8 + 4, 255]])))
        return
    thin = rng.random() < 0.25
    across = float(np.clip((rng.uniform(1.5, 3) if thin else rng.uniform(3, 14)) * scale, 1.5, max(3, 0.5 * room)))
    if kind < 0.42:
        points = [(x + 0.5, y + 0.5)]
        across = float(np.clip(rng.uniform(4, 16) * scale, 2.5, max(4, 0.6 * room)))
    else:
        points = _walk(rng, mask, x, y, scale, sloppy=rng.random() < 0.13, scribble=kind > 0.85)
    pressure = rng.integers(120, 256) if rng.random() < 0.25 else 255
    coordinates = np.array([[int(px * 8), int(py * 8), pressure] for px, py in points])
    strokes.append(("brush", color, max(1, int(across * 8)), coordinates))
    if rng.random() < 0.02:
        strokes.append(("erase", 0, int(across * 5), coordinates[-1:]))


def _walk(rng, mask, x, y, scale, sloppy, scribble):
    height, width = mask.shape
    step = 5 * scale + 1
    length = int(rng.integers(3, 22))
    angle = rng.uniform(0, 2 * np.pi)
    points = [(x + 0.5, y + 0.5)]
    overshoot = 0
    for i in range(length):
        turn = 2.5 if scribble and i % 4 == 3 else rng.normal(0, 0.35)
        for _ in range(6):
            px = points[-1][0] + step * np.cos(angle + turn)
            py = points[-1][1] + step * np.sin(angle + turn)
            is_on_page = 0 <= px < width and 0 <= py < height
            if is_on_page and (sloppy or mask[int(py), int(px)]):
                break
            turn = rng.uniform(-np.pi, np.pi)
        else:
            break
        if not is_on_page:
            break
        # A sloppy hand runs a little over the line, then lifts the pen.
        overshoot += not mask[int(py), int(px)]
        if overshoot > 2:
            break
        angle += turn
        points.append((px, py))
    return points
