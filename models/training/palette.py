"""Recolors a picture so that its colors cannot be guessed: then only the hints tell them. Works on flat color sectors (hues and
greys), each moved on its own or all together."""
import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def _recolor(rgba, background, matrices, offset, out):
    height, width = rgba.shape[0], rgba.shape[1]
    for y in range(height):
        for x in range(width):
            r, g, b = np.float32(rgba[y, x, 0]), np.float32(rgba[y, x, 1]), np.float32(rgba[y, x, 2])
            most, least = max(r, g, b), min(r, g, b)
            sector = 0
            if most - least > 28:
                span = most - least
                if most == r:
                    hue = ((g - b) / span) % 6
                elif most == g:
                    hue = (b - r) / span + 2
                else:
                    hue = (r - g) / span + 4
                sector = 1 + int((hue + offset) % 6)
            m = matrices[sector]
            alpha = np.float32(rgba[y, x, 3]) / 255
            for c in range(3):
                value = m[c, 0] * r + m[c, 1] * g + m[c, 2] * b + m[c, 3]
                value = min(np.float32(255), max(np.float32(0), value))
                below = background[y, x, c]
                out[y, x, c] = np.uint8(below + (value - below) * alpha + np.float32(0.5))


def _hue_matrix(rng, strength=1.0):
    angle = rng.uniform(-np.pi, np.pi) * strength
    to_yiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
    saturation = rng.uniform(0.6, 1.4)
    turn = np.array([[1, 0, 0], [0, saturation * np.cos(angle), -saturation * np.sin(angle)],
                     [0, saturation * np.sin(angle), saturation * np.cos(angle)]])
    matrix = np.linalg.inv(to_yiq) @ turn @ to_yiq
    return np.concatenate([matrix * rng.uniform(0.75, 1.15), np.full((3, 1), rng.uniform(-10, 25))], 1)


def _tint(rng):
    color = rng.uniform(0.25, 1, 3)
    return np.concatenate([np.diag(color), np.full((3, 1), rng.uniform(0, 20))], 1)


def recolor(rng, rgba, background, mode):
    """uint8 RGB on `background` (a color or a picture of the same size). Mode "keep" leaves the colors, "all" turns them together, "each" sector by sector."""
    matrices = np.zeros((7, 3, 4), np.float32)
    matrices[:, :3, :3] = np.eye(3)
    if mode == "all":
        matrices[1:] = _hue_matrix(rng)
        if rng.random() < 0.3:
            matrices[1:, :, :3] = matrices[1:, :, :3][:, rng.permutation(3)]
    elif mode == "each":
        for sector in range(1, 7):
            matrices[sector] = _hue_matrix(rng)
    if mode != "keep" and rng.random() < 0.45:
        matrices[0] = _tint(rng)
    out = np.empty((*rgba.shape[:2], 3), np.uint8)
    below = np.ascontiguousarray(np.broadcast_to(np.asarray(background, np.float32), out.shape))
    _recolor(np.ascontiguousarray(rgba), below, matrices, rng.uniform(0, 6), out)
    return out
