"""The Python rasterizer and hint map give the bytes of the TypeScript ones."""
import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from hintmap import spread_hints
from raster import paint_strokes
from regions import border_shares, regions_of, roominess
from segments import segments_of
from upsample import origins_of, upsampled

SCENES = json.loads((Path(__file__).parent / "fixtures" / "parity.json").read_text())


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


@pytest.mark.parametrize("number", range(len(SCENES)))
def test_raster_and_map_equal_the_reference(number):
    scene = SCENES[number]
    ink = np.frombuffer(base64.b64decode(scene["ink"]), np.uint8).reshape(scene["rows"], scene["stride"])
    strokes = [(s["tool"], s["color"], s["width"], np.array(s["points"])) for s in scene["strokes"]]
    page = (scene["page"]["width"], scene["page"]["height"])
    size = (scene["size"]["width"], scene["size"]["height"])
    pixels = paint_strokes(strokes, page, size, ink)
    assert sha(pixels) == scene["raster"]
    regions = regions_of(ink, size)
    assert sha(regions.ids) == scene["regions"]
    assert sha(regions.is_paper) == scene["isPaper"]
    assert sha(regions.openness) == scene["openness"]
    assert sha(border_shares(regions.borders, size)) == scene["borders"]
    assert sha(roominess(regions.areas, size)) == scene["room"]
    color, reach, near = spread_hints(pixels, ink, regions, size)
    assert sha(color) == scene["color"]
    assert sha(reach) == scene["reach"]
    assert sha(near) == scene["near"]
    assert sha(segments_of(regions.ids, len(regions.areas), color, near, ink)[0]) == scene["segments"]
    layer = np.frombuffer(base64.b64decode(scene["layer"]), np.uint8).reshape(scene["rows"] // 2, scene["stride"] // 2, 3)
    planes = torch.tensor(layer.transpose(2, 0, 1)[None], dtype=torch.float32)
    up = upsampled(planes, torch.from_numpy(origins_of(ink))[None])
    assert sha((up[0] + 0.5).floor().byte().numpy().transpose(1, 2, 0)) == scene["upsampled"]


def test_no_hints_give_an_empty_map():
    ink = np.zeros((64, 64), np.uint8)
    regions = regions_of(ink)
    color, reach, near = spread_hints(np.zeros((64, 64), np.uint32), ink, regions)
    assert not color.any() and not reach.any() and not near.any()
