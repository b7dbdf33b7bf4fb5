"""The rasterizer of shared/raster.ts and shared/fill.ts, byte for byte: the TypeScript side is the reference.

A stroke is (tool, color 0xRRGGBB, width, points int array [n, 3]: x, y in 1/8 page pixels and pressure 0..255).
"""
import numba as nb
import numpy as np

STEPS = 16
SMALLEST_RADIUS = 12
LONGEST_SEGMENT = 256 * STEPS
LARGEST_RADIUS = 256 * STEPS
LINE_INK = 128


def pixel_of(color: int) -> int:
    return (0xFF << 24) | ((color & 0xFF) << 16) | (color & 0xFF00) | (color >> 16)


@nb.njit(cache=True, nogil=True)
def _toward_zero(a):
    return a // 2 if a >= 0 else -((-a) // 2)


@nb.njit(cache=True, nogil=True)
def _sweep(pixels, ax, ay, ra, bx, by, rb, pixel, size_w, size_h):
    dx = bx - ax
    dy = by - ay
    if abs(dx) > LONGEST_SEGMENT or abs(dy) > LONGEST_SEGMENT:
        mx = ax + _toward_zero(dx)
        my = ay + _toward_zero(dy)
        mr = ra + _toward_zero(rb - ra)
        _sweep(pixels, ax, ay, ra, mx, my, mr, pixel, size_w, size_h)
        _sweep(pixels, mx, my, mr, bx, by, rb, pixel, size_w, size_h)
        return
    far = max(ra, rb)
    left = max(0, (min(ax, bx) - far) // STEPS)
    right = min(size_w, (max(ax, bx) + far) // STEPS + 1)
    top = max(0, (min(ay, by) - far) // STEPS)
    bottom = min(size_h, (max(ay, by) + far) // STEPS + 1)
    length2 = dx * dx + dy * dy
    for row in range(top, bottom):
        py = row * STEPS + STEPS // 2
        for column in range(left, right):
            px = column * STEPS + STEPS // 2
            along = (px - ax) * dx + (py - ay) * dy
            if along <= 0:
                inside = (px - ax) * (px - ax) + (py - ay) * (py - ay) <= ra * ra
            elif along >= length2:
                inside = (px - bx) * (px - bx) + (py - by) * (py - by) <= rb * rb
            else:
                radius = ra + np.int64(np.floor(float((rb - ra) * along) / float(length2)))
                cross = (px - ax) * dy - (py - ay) * dx
                inside = cross * cross <= radius * radius * length2
            if inside:
                pixels[row, column] = pixel


@nb.njit(cache=True, nogil=True)
def paint_brush(pixels, points, width, pixel, page_w, page_h, size_w, size_h):
    """Paints one brush stroke (pixel 0 erases) into a raster of `size` for a page of `page` pixels."""
    ax = ay = ra = np.int64(0)
    for i in range(points.shape[0]):
        x = (4 * points[i, 0] * size_w + page_w) // (2 * page_w)
        y = (4 * points[i, 1] * size_h + page_h) // (2 * page_h)
        r = (width * (255 + 3 * points[i, 2]) * size_w) // (1020 * page_w)
        r = min(LARGEST_RADIUS, max(SMALLEST_RADIUS, r))
        if i == 0:
            ax, ay, ra = x, y, r
        _sweep(pixels, ax, ay, ra, x, y, r, pixel, size_w, size_h)
        ax, ay, ra = x, y, r


@nb.njit(cache=True, nogil=True)
def _flood(mask, value, start_x, start_y):
    height, width = mask.shape
    reached = np.zeros((height, width), np.uint8)
    stack = np.empty(height * width, np.int32)
    stack[0] = start_y * width + start_x
    reached[start_y, start_x] = 1
    count = 1
    while count > 0:
        count -= 1
        at = stack[count]
        y = at // width
        x = at % width
        for i in range(4):
            nx = x + (-1 if i == 0 else 1 if i == 1 else 0)
            ny = y + (-1 if i == 2 else 1 if i == 3 else 0)
            if nx < 0 or ny < 0 or nx >= width or ny >= height:
                continue
            if mask[ny, nx] == value and reached[ny, nx] == 0:
                reached[ny, nx] = 1
                stack[count] = ny * width + nx
                count += 1
    return reached


@nb.njit(cache=True, nogil=True)
def _grow(mask, radius):
    height, width = mask.shape
    wide = np.zeros((height, width), np.uint8)
    for y in range(height):
        ones = 0
        for x in range(min(radius, width)):
            ones += mask[y, x]
        for x in range(width):
            if x + radius < width:
                ones += mask[y, x + radius]
            if x - radius - 1 >= 0:
                ones -= mask[y, x - radius - 1]
            wide[y, x] = 1 if ones > 0 else 0
    out = np.zeros((height, width), np.uint8)
    for x in range(width):
        ones = 0
        for y in range(min(radius, height)):
            ones += wide[y, x]
        for y in range(height):
            if y + radius < height:
                ones += wide[y + radius, x]
            if y - radius - 1 >= 0:
                ones -= wide[y - radius - 1, x]
            out[y, x] = 1 if ones > 0 else 0
    return out


@nb.njit(cache=True, nogil=True)
def fill_region(ink, x, y, gap):
    """The mask a fill at (x, y) paints; empty when the point is off the page."""
    height, width = ink.shape
    if x < 0 or y < 0 or x >= width or y >= height:
        return np.zeros((height, width), np.uint8)
    line = (ink >= LINE_INK).astype(np.uint8)
    ball = (gap + 1) // 2
    if ball > 0:
        walls = _grow(line, ball)
        if walls[y, x] == 0:
            grown = _grow(_flood(walls, 0, x, y), ball)
            for row in range(height):
                for column in range(width):
                    if line[row, column] != 0:
                        grown[row, column] = 0
            return _flood(grown, 1, x, y)
    return _flood(line, line[y, x], x, y)


def paint_strokes(strokes, page, size, ink: np.ndarray) -> np.ndarray:
    """All strokes in order into one raster, uint32 [h, w] of the (padded) ink's shape; `page` and `size` are (width, height)."""
    pixels = np.zeros(ink.shape, np.uint32)
    size_w, size_h = size
    for tool, color, width, points in strokes:
        points = np.asarray(points, np.int64).reshape(-1, 3)
        pixel = np.uint32(0 if tool == "erase" else pixel_of(color))
        if tool == "fill":
            x = int((4 * points[0, 0] * size_w + page[0]) // (2 * page[0])) // STEPS
            y = int((4 * points[0, 1] * size_h + page[1]) // (2 * page[1])) // STEPS
            gap = (width * size_w) // (8 * page[0])
            mask = fill_region(np.ascontiguousarray(ink[:size_h, :size_w]), x, y, gap)
            pixels[:size_h, :size_w][mask > 0] = pixel
        else:
            paint_brush(pixels, points, width, pixel, page[0], page[1], size_w, size_h)
    return pixels
