"""Batches of scenes, made in threads between training steps: a loader process beside two compute threads only stalls them."""
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from scene import full_inputs, halve, make_scene
from tiles import weights_of
from upsample import flipped, origins_of


@dataclass
class Batch:
    inputs: torch.Tensor  # [n, 12, s, s] at the working size
    truth: torch.Tensor  # [n, 3, s, s]
    segments: torch.Tensor  # int32 [n, s, s]
    origins: torch.Tensor  # int32 [n, s, s], see upsample.py

    def to(self, device):
        return Batch(self.inputs.to(device), self.truth.to(device), self.segments, self.origins)

    def flipped(self, dim):
        planes = self.inputs.flip(dim), self.truth.flip(dim), self.segments.flip(dim - 1)
        return Batch(*planes, flipped(self.origins, dim - 1))


class Feed:
    """`batch(step)` is the same for the same seed and step, whatever was asked before."""

    def __init__(self, tiles, seed, threads=2, native=0.0):
        self.tiles, self.seed, self.native = tiles, seed, native
        self.weights = np.cumsum(weights_of(tiles))
        self.pool = ThreadPoolExecutor(threads)

    def _sample(self, step, index, side):
        rng = np.random.default_rng([self.seed, step, index])
        tile = self.tiles[min(len(self.tiles) - 1, int(np.searchsorted(self.weights, rng.random())))]
        scene = make_scene(rng, tile, side, native=self.native, others=self.tiles)
        truth = scene.truth.transpose(2, 0, 1).astype(np.float32) / 255
        return full_inputs(scene), truth, scene.segments, origins_of(scene.ink)

    def batches(self, step, count, size, side):
        """`count` batches of `size` scenes from `step` on."""
        jobs = [(s, i, side) for s in range(step, step + count) for i in range(size)]
        samples = list(self.pool.map(lambda job: self._sample(*job), jobs))
        for at in range(0, len(samples), size):
            yield Batch(*(torch.from_numpy(np.stack(part)) for part in zip(*samples[at: at + size])))


def half_inputs(inputs: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.stack([halve(sample) for sample in inputs.numpy()]))
