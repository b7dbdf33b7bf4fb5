"""A made-up set of two tiles: what is read from it, and what is refused."""
import io
import json

import numpy as np
import pytest
from PIL import Image

from tiles import FORMAT, load_tiles


def png(array):
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    rgba = np.full((512, 512, 4), 200, np.uint8)
    ink = np.arange(512 * 512, dtype=np.uint32).reshape(512, 512).astype(np.uint8)
    regions = np.full((512, 512), 300, np.uint16)
    pack, spans = b"", []
    for part in (png(rgba), png(ink), png(regions)):
        spans.append([len(pack), len(part)])
        pack += part
    layer, line, region = spans
    entry = {"key": "k", "inked": True, "layer": layer, "lines": [{"kind": "dog", "at": line}]}
    entries = [{**entry, "id": "cat", "split": "train", "regions": region}, {**entry, "id": "dog", "split": "test"},
               {**entry, "id": "twin", "split": "train"}]
    (tmp_path / "art.pack").write_bytes(pack)
    (tmp_path / "art.json").write_text(json.dumps(entries))
    listed = {"name": "art", "tiles": 2, "bytes": len(pack), "sha256": "", "leftOut": ["twin"]}
    (tmp_path / "set.seal").write_text(json.dumps({"format": FORMAT, "packs": [listed]}))
    return tmp_path


def test_reads_a_split_without_what_the_set_leaves_out(folder):
    (tile,) = load_tiles(folder, ["train"])
    assert (tile.source, tile.id, tile.split, tile.kinds) == ("art", "cat", "train", ["dog"])
    assert tile.layer().shape == (512, 512, 4) and tile.line("dog")[0, 5] == 5
    regions = tile.regions()
    assert regions.dtype == np.int32 and regions[3, 4] == 300


def test_a_picture_without_region_map_has_none(folder):
    (tile,) = load_tiles(folder, ["test"])
    assert tile.regions() is None


def test_refuses_a_set_that_is_not_whole(folder):
    (folder / "art.pack").write_bytes(b"cut off")
    with pytest.raises(SystemExit, match="art.pack is not the pack its set lists"):
        load_tiles(folder, ["train"])
    (folder / "set.seal").unlink()
    with pytest.raises(SystemExit, match="holds no whole set of tiles: build it first"):
        load_tiles(folder, ["train"])


def test_refuses_another_format_and_an_empty_split(folder):
    with pytest.raises(SystemExit, match="no tiles of val"):
        load_tiles(folder, ["val"])
    (folder / "set.seal").write_text(json.dumps({"format": FORMAT + 1, "packs": []}))
    with pytest.raises(SystemExit, match="another format"):
        load_tiles(folder, ["train"])
