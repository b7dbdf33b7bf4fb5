"""The tiles that models/data builds: compressed in memory, decoded on demand (PIL decodes without the interpreter lock)."""
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

# How often a picture of a source is shown against the others: inked art is what people color.
WEIGHTS = {"openclipart-svg": 2.0, "pysiogame": 3.0, "dicebear-adventurer": 0.7, "dicebear-micah": 0.4,
           "dicebear-open-peeps": 0.4, "dicebear-big-smile": 0.3, "iconify-json-twemoji": 0.6, "iconify-json-noto-v1": 0.8}


class Tile:
    __slots__ = ("source", "id", "inked", "_pack", "_layer", "_lines")

    def __init__(self, source, entry, pack):
        self.source, self.id, self.inked = source, entry["id"], entry["inked"]
        self._pack, self._layer = pack, entry["layer"]
        self._lines = {line["kind"]: line["at"] for line in entry["lines"]}

    def _png(self, span):
        return np.asarray(Image.open(io.BytesIO(self._pack[span[0]: span[0] + span[1]])))

    @property
    def kinds(self):
        return list(self._lines)

    def layer(self):
        """RGBA, uint8 [512, 512, 4]: the colors, ink inpainted away."""
        return self._png(self._layer)

    def line(self, kind):
        """Ink, uint8 [512, 512]: 0 paper .. 255."""
        ink = self._png(self._lines[kind])
        return ink if ink.ndim == 2 else np.ascontiguousarray(ink[..., 0])


def load_tiles(folder: Path, splits) -> list[Tile]:
    tiles = []
    for index in sorted(folder.glob("*.json")):
        pack = index.with_suffix(".pack").read_bytes()
        tiles += [Tile(index.stem, e, pack) for e in json.loads(index.read_text()) if e["split"] in splits]
    if not tiles:
        raise SystemExit(f"No tiles in {folder}: build them first (npm run data).")
    return tiles


def weights_of(tiles) -> np.ndarray:
    weights = np.array([WEIGHTS.get(tile.source, 1.0) for tile in tiles])
    return weights / weights.sum()
