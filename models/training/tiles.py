"""The tiles that models/data builds: compressed in memory, decoded on demand (PIL decodes without the interpreter lock).

A folder of packs is a set only with its `set.seal` (data/tileSet.ts writes it last); anything else is refused with one sentence.
"""
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

FORMAT = 2  # data/pack.ts

# How often a picture of a source is shown against the others: inked art is what people color.
WEIGHTS = {"openclipart-svg": 2.0, "pysiogame": 3.0, "dicebear-adventurer": 0.7, "dicebear-micah": 0.4,
           "dicebear-open-peeps": 0.4, "dicebear-big-smile": 0.3, "dicebear-big-ears": 0.3, "dicebear-miniavs": 0.3,
           "facesjs": 0.6, "iconify-json-twemoji": 0.6, "iconify-json-emojione": 0.6, "iconify-json-noto-v1": 0.8}


class Tile:
    __slots__ = ("source", "id", "key", "split", "inked", "_pack", "_layer", "_lines", "_regions")

    def __init__(self, source, entry, pack):
        self.source, self.id, self.inked = source, entry["id"], entry["inked"]
        self.key, self.split = entry["key"], entry["split"]
        self._pack, self._layer, self._regions = pack, entry["layer"], entry.get("regions")
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

    def regions(self):
        """Region ids, int32 [512, 512], 0 where the layer is transparent (alpha < 128); None where the source is no vector
        drawing. A region is one body or stroke, or several of one color without ink between them; it need not be connected."""
        if self._regions is None:
            return None
        return self._png(self._regions).astype(np.int32)


def load_tiles(folder: Path, splits) -> list[Tile]:
    tiles = []
    for listed in _read_set(folder)["packs"]:
        name, left_out = listed["name"], set(listed["leftOut"])
        pack = (folder / f"{name}.pack").read_bytes()
        entries = json.loads((folder / f"{name}.json").read_text())
        tiles += [Tile(name, e, pack) for e in entries if e["split"] in splits and e["id"] not in left_out]
    if not tiles:
        raise SystemExit(f"The set in {folder} has no tiles of {', '.join(splits)}.")
    return tiles


def _read_set(folder: Path) -> dict:
    """The list of a whole set, or one sentence. Compares sizes only: `npm run data -- --check` reads every byte."""
    try:
        listing = json.loads((folder / "set.seal").read_text())
    except (OSError, ValueError):
        raise SystemExit(f"{folder} holds no whole set of tiles: build it first (npm run data).") from None
    if listing["format"] != FORMAT:
        raise SystemExit(f"{folder} holds tiles of another format: build them again (npm run data).")
    for pack in listing["packs"]:
        file = folder / f"{pack['name']}.pack"
        if not file.exists() or file.stat().st_size != pack["bytes"]:
            raise SystemExit(f"{file} is not the pack its set lists: delete it and run npm run data again.")
    return listing


def weights_of(tiles) -> np.ndarray:
    weights = np.array([WEIGHTS.get(tile.source, 1.0) for tile in tiles])
    return weights / weights.sum()
