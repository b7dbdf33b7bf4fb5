"""Fast checks of the ablation runner on made-up data: the old hint maps, and that every variant is one that can run."""
import numpy as np
import pytest
import torch

import oldmaps
from ablate import BASE, OFF, VARIANTS, build, encoded, pack, shuffled, summary, taken
from hintmap import rgb_of
from raster import paint_strokes
from scene import full_inputs, make_scene
from test_training import Quadrants

INK = Quadrants().line("vector")[::2, ::2].copy()
DOTS = [("brush", 0x336699, 80, np.array([[500, 500, 255]])), ("brush", 0xFF0000, 80, np.array([[1400, 500, 255]]))]


def painted(strokes):
    return paint_strokes(strokes, (256, 256), (256, 256), INK)


@pytest.mark.parametrize("spread", [oldmaps.sparse, oldmaps.pyramid, oldmaps.shortest_path, oldmaps.walled_path, oldmaps.watershed])
def test_a_map_is_empty_without_hints_and_pins_painted_pixels_only(spread):
    assert not any(part.any() for part in spread(painted([]), INK))
    hints = painted(DOTS)
    color, reach, near = spread(hints, INK)
    assert np.array_equal(near == 255, hints != 0) and np.array_equal(color[hints != 0], hints[hints != 0])
    assert near[hints == 0].max() <= 251 and (spread is oldmaps.sparse or color.all())


@pytest.mark.parametrize("spread", [oldmaps.walled_path, oldmaps.watershed])
def test_lines_hold_a_color_and_spill_over_them_is_dropped(spread):
    sloppy = [("brush", 0x336699, 80, np.array([[500, 500, 255], [1060, 500, 255]]))]
    color, reach, _ = spread(painted([*sloppy, DOTS[1]]), INK)
    assert (rgb_of(color)[100, 100] == [0x33, 0x66, 0x99]).all()
    assert (rgb_of(color)[40, 140] == [0xFF, 0, 0]).all() and reach[100, 100] == 255


def test_the_pyramid_gives_the_mean_of_the_smallest_square_with_paint():
    hints = np.zeros((8, 8), np.uint32)
    hints[0, 0], hints[1, 1] = 0xFF0000C8, 0xFF000064
    color, _, near = oldmaps.pyramid(hints, INK)
    assert (rgb_of(color)[0, 1] == [150, 0, 0]).all() and (rgb_of(color)[7, 7] == [150, 0, 0]).all()
    assert near[0, 1] > near[3, 3] > near[7, 7] > 0


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_can_run(name):
    variant = {**BASE, **VARIANTS[name]}
    assert set(variant) == set(BASE) and variant["against"] in VARIANTS
    assert variant["maps"] == "current" or callable(getattr(oldmaps, variant["maps"]))
    if variant["off"]:
        module, part, _ = OFF[variant["off"]]
        assert hasattr(module, part)
    build(variant, "cpu")


def test_packed_scenes_come_back_as_they_were():
    scene = make_scene(np.random.default_rng(1), Quadrants(), 64, count=3, augment=False)
    batch = taken(pack([scene, encoded(scene, "watershed")], BASE), [0])
    assert np.allclose(batch.inputs[0].numpy(), full_inputs(scene), atol=1e-3)
    assert not taken(pack([scene], {**BASE, "regions": False}), [0]).inputs[:, 9:].any()
    assert next(shuffled([pack([scene] * 3, BASE)], 1)).inputs.shape[0] == 3


def test_gains_are_paired():
    scores = lambda values: {"psnr": {"0": values}, "steps": 1, "parameters": 1, "hint": 0.0}
    row = summary(scores([11.0, 21.0]), scores([10.0, 20.0]))
    assert row["gain"] == {"0": 1.0} and row["interval"] == {"0": 0.0} and torch.tensor(row["psnr"]["0"]) == 16
