"""Line styles: one clean drawing becomes what scanners, pencils and tablets make of it. All in place of uint8 ink
(0 paper .. 255), the truth stays where it is."""
import io

import numba as nb
import numpy as np
from PIL import Image, ImageFilter


@nb.njit(cache=True, nogil=True)
def _warp(ink, field_x, field_y, amount):
    height, width = ink.shape
    out = np.zeros((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            sx = min(width - 1.001, max(0.0, x + amount * field_x[y, x]))
            sy = min(height - 1.001, max(0.0, y + amount * field_y[y, x]))
            ix, iy = int(sx), int(sy)
            fx, fy = sx - ix, sy - iy
            top = ink[iy, ix] * (1 - fx) + ink[iy, ix + 1] * fx
            bottom = ink[iy + 1, ix] * (1 - fx) + ink[iy + 1, ix + 1] * fx
            out[y, x] = top * (1 - fy) + bottom * fy
    return out


def noise(rng, height, width, cell):
    """Smooth noise of standard deviation about 1."""
    small = rng.normal(0, 1.6, (height // cell + 2, width // cell + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.BICUBIC))


def pencil(rng, ink):
    height, width = ink.shape
    first = _warp(ink, noise(rng, height, width, 28), noise(rng, height, width, 28), np.float32(0.9))
    second = _warp(ink, noise(rng, height, width, 39), noise(rng, height, width, 39), np.float32(1.6))
    pressure = 0.8 + 0.3 * noise(rng, height, width, 40)
    grain = 1 - 0.2 * np.abs(rng.normal(0, 1, (height, width)).astype(np.float32))
    gaps = np.where(noise(rng, height, width, 18) < -1.3, 0.15, 1)
    drawn = np.maximum(first, 0.5 * second) * np.clip(pressure, 0.3, 1) * grain * gaps
    return np.clip(drawn, 0, 255).astype(np.uint8)


def gaps(rng, ink, count):
    """Rubs out small places on the lines."""
    drawn = np.flatnonzero(ink > 128)
    out = ink.copy()
    height, width = ink.shape
    for at in rng.choice(drawn, min(count, drawn.size), replace=False) if drawn.size else []:
        y, x = divmod(int(at), width)
        r = int(rng.integers(1, 4))
        out[max(0, y - r): y + r + 1, max(0, x - r): x + r + 1] //= 8
    return out


def compressed(ink, quality):
    """What JPEG leaves of a drawing."""
    stored = io.BytesIO()
    Image.fromarray(255 - ink).save(stored, "JPEG", quality=quality)
    return 255 - np.asarray(Image.open(stored))


def toned(rng, ink):
    """Screentone dots or hatching over a part of the page."""
    height, width = ink.shape
    y, x = np.mgrid[:height, :width]
    pitch, angle = rng.uniform(3, 7), rng.uniform(0, np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wave = np.cos(2 * np.pi * along / pitch)
    if rng.random() < 0.6:
        wave = 0.5 * (wave + np.cos(2 * np.pi * across / pitch))
    tone = np.clip((wave - rng.uniform(-0.1, 0.6)) * 2, 0, 1) * rng.uniform(80, 255)
    where = noise(rng, height, width, max(8, width // 4)) > rng.uniform(0.2, 1.5)
    return np.maximum(ink, np.where(where, tone, 0)).astype(np.uint8)


def style(rng, ink):
    """One random style of a clean drawing at its working size."""
    roll = rng.random()
    if roll < 0.12:
        ink = pencil(rng, ink)
    elif roll < 0.24:
        ink = np.asarray(Image.fromarray(ink).filter(ImageFilter.MaxFilter(3)))
    elif roll < 0.34:
        ink = np.clip((ink.astype(np.int16) - 90) * 2, 0, 255).astype(np.uint8)
    elif roll < 0.44:
        ink = np.asarray(Image.fromarray(ink).filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9))))
    if rng.random() < 0.2:
        ink = gaps(rng, ink, int(rng.integers(2, 16)))
    if rng.random() < 0.25:
        ink = (ink * rng.uniform(0.55, 1)).astype(np.uint8)
    if rng.random() < 0.08:
        ink = np.clip(ink + np.abs(rng.normal(0, 5, ink.shape)), 0, 255).astype(np.uint8)
    if rng.random() < 0.05:
        ink = compressed(ink, int(rng.integers(15, 60)))
    if rng.random() < 0.06:
        ink = toned(rng, ink)
    return np.ascontiguousarray(ink)
