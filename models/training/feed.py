"""Batches of scenes, made in threads between training steps: a loader process beside two compute threads only stalls them."""
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from scene import full_inputs, halve, make_scene
from tiles import weights_of


class Feed:
    """`batch(step)` is the same for the same seed and step, whatever was asked before."""

    def __init__(self, tiles, seed, threads=2, native=0.0):
        self.tiles, self.seed, self.native = tiles, seed, native
        self.weights = weights_of(tiles)
        self.pool = ThreadPoolExecutor(threads)

    def _sample(self, step, index, side):
        rng = np.random.default_rng([self.seed, step, index])
        tile = self.tiles[rng.choice(len(self.tiles), p=self.weights)]
        scene = make_scene(rng, tile, side, native=self.native)
        inputs = full_inputs(scene)
        return inputs, scene.truth.transpose(2, 0, 1).astype(np.float32) / 255

    def batches(self, step, count, size, side):
        """`count` batches of `size` scenes from `step` on: (inputs [n, 9, s, s], truth [n, 3, s, s]) at the working size."""
        jobs = [(s, i, side) for s in range(step, step + count) for i in range(size)]
        samples = list(self.pool.map(lambda job: self._sample(*job), jobs))
        for at in range(0, len(samples), size):
            inputs, truth = zip(*samples[at: at + size])
            yield torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(truth))


def half_inputs(inputs: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.stack([halve(sample) for sample in inputs.numpy()]))
