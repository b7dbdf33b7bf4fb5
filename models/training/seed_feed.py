"""The seed's data. Training hints: the true picture, 30 blocks of 45 x 45 pixels made white, then a Gaussian blur (kernel 115,
which OpenCV takes as sigma 17.6). Serving hints: the user's strokes on white, the same blur.

Pictures are our tiles, whole, at 256 (the seed cuts 256 from 512 and then serves at 512; one size for both is kinder to it),
lines included, as an illustration. The line art is the tile's drawing as grey, 1 = paper, where the seed runs Canny: it
spares the seed its double contours.
"""
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import torch
from PIL import Image

from hintmap import rgb_of
from raster import paint_strokes
from scene import clean_kind
from strokes import simulate
from tiles import weights_of

SIZE = 256
BLOCKS, BLOCK = 30, 45
BLUR_KERNEL, BLUR_SIGMA = 115, 17.6


@cache
def blur_matrix(side):
    """The blur along one axis, edges mirrored as OpenCV does: blurred = matrix @ picture @ matrix.T."""
    reach = BLUR_KERNEL // 2
    taps = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * BLUR_SIGMA**2))
    from_pixel = np.pad(np.arange(side), reach, mode="reflect")
    matrix = np.zeros((side, side), np.float32)
    for y in range(side):
        np.add.at(matrix[y], from_pixel[y: y + BLUR_KERNEL], taps / taps.sum())
    return torch.from_numpy(matrix)


def blurred(pictures: torch.Tensor) -> torch.Tensor:
    height, width = pictures.shape[-2:]
    return blur_matrix(height).to(pictures) @ pictures @ blur_matrix(width).T.to(pictures)


def with_white_blocks(rng, picture):
    """`picture` float [3, h, w]."""
    out = picture.copy()
    height, width = picture.shape[1:]
    for y, x in zip(rng.integers(0, height - BLOCK + 1, BLOCKS), rng.integers(0, width - BLOCK + 1, BLOCKS)):
        out[:, y: y + BLOCK, x: x + BLOCK] = 1
    return out


def scaled(tile):
    """The tile's colors on white and its ink, uint8 at SIZE, and where its paper is."""
    rgba = tile.layer()
    alpha = rgba[..., 3:].astype(np.float32) / 255
    truth = (255 + (rgba[..., :3] - 255.0) * alpha + 0.5).astype(np.uint8)
    planes = truth, tile.line(clean_kind(tile)), np.ascontiguousarray(rgba[..., 3])
    truth, ink, alpha = (np.asarray(Image.fromarray(plane).resize((SIZE, SIZE), Image.BILINEAR)) for plane in planes)
    return truth, ink, alpha < 64


def illustration(truth, ink):
    """Line art [1, s, s] and picture [3, s, s], 0..1."""
    paper = 1 - ink[None].astype(np.float32) / 255
    return paper, truth.transpose(2, 0, 1).astype(np.float32) / 255 * paper


def sample_of(rng, tile):
    """Line art, hint before the blur [3, s, s], picture."""
    truth, ink, _ = scaled(tile)
    paper, picture = illustration(truth, ink)
    return paper, with_white_blocks(rng, picture), picture


def stroke_sample(rng, tile, count):
    """The same with `count` strokes as people paint them, on white."""
    truth, ink, outside = scaled(tile)
    paper, picture = illustration(truth, ink)
    hints = paint_strokes(simulate(rng, truth, ink, count, outside, 0.5), (SIZE, SIZE), (SIZE, SIZE), ink)
    hint = np.where(hints[..., None] != 0, rgb_of(hints), 255).transpose(2, 0, 1).astype(np.float32) / 255
    return paper, hint, picture


def stacked(samples):
    """(inputs [n, 4, s, s]: line art and blurred hint, pictures [n, 3, s, s])."""
    paper, hint, picture = (torch.from_numpy(np.stack(part)) for part in zip(*samples))
    return torch.cat([paper, blurred(hint)], 1), picture


class SeedFeed:
    """`batches` are the same for the same seed and step; made in threads between training steps, as feed.py's."""

    def __init__(self, tiles, seed, threads=2):
        self.tiles, self.seed = tiles, seed
        self.weights = weights_of(tiles)
        self.pool = ThreadPoolExecutor(threads)

    def _sample(self, step, index):
        rng = np.random.default_rng([self.seed, step, index])
        return sample_of(rng, self.tiles[rng.choice(len(self.tiles), p=self.weights)])

    def batches(self, step, count, size):
        samples = list(self.pool.map(lambda job: self._sample(*job), [(s, i) for s in range(step, step + count) for i in range(size)]))
        for at in range(0, len(samples), size):
            yield stacked(samples[at: at + size])
