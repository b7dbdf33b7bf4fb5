"""Fast checks on made-up data: losses, hint simulation, scenes, networks, export. No data set needed."""
import numpy as np
import onnxruntime
import pytest
import torch

from checkpoints import load_weights, read_weights
from colordiff import ciede2000_lab
from export import export
from feed import half_inputs
from hintmap import rgb_of
from losses import coloring_loss, flatness, sameness, shortfall, unevenness, worsening
from networks import DRAFT_INPUTS, REFINE_INPUTS, Draft, Refine
from palette import recolor
from raster import paint_strokes
from scene import full_inputs, halve, make_scene
from strokes import simulate


class Quadrants:
    """A made-up tile: four colored squares between lines, on transparent paper."""

    inked, kinds, source, id = True, ["vector", "dog"], "made-up", "quadrants"

    def layer(self):
        rgba = np.zeros((512, 512, 4), np.uint8)
        for (y, x), color in zip([(64, 64), (64, 256), (256, 64), (256, 256)], [(200, 30, 30), (30, 160, 60), (40, 60, 200), (230, 200, 40)]):
            rgba[y: y + 192, x: x + 192] = (*color, 255)
        return rgba

    def line(self, kind):
        ink = np.zeros((512, 512), np.uint8)
        for at in (64, 256, 448):
            ink[at - 2: at + 2, 64:448] = 255
            ink[64:448, at - 2: at + 2] = 255
        return ink


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_seed_is_a_scene():
    one, two = (make_scene(rng(3), Quadrants(), 256) for _ in range(2))
    for name in ("truth", "ink", "hints", "color", "reach", "near"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_strokes_take_the_color_of_the_flat_they_begin_in():
    tile = Quadrants()
    truth = recolor(rng(), tile.layer(), (255, 255, 255), "keep")
    for tool, color, _, points in simulate(rng(1), truth, tile.line("vector"), 12):
        if tool == "brush":
            x, y = points[0][0] // 8, points[0][1] // 8
            wanted = truth[y, x]
            given = np.array([color >> 16, color >> 8 & 255, color & 255])
            assert np.abs(given - wanted.astype(int)).max() < 45


def test_no_strokes_are_made_for_an_empty_count_or_a_black_page():
    truth = np.zeros((64, 64, 3), np.uint8)
    assert simulate(rng(), truth, np.zeros((64, 64), np.uint8), 0) == []
    assert simulate(rng(), truth, np.full((64, 64), 255, np.uint8), 9) == []


def test_a_page_without_hints_has_minus_one_hints_and_an_empty_map():
    inputs = full_inputs(make_scene(rng(), Quadrants(), 128, count=0))
    assert (inputs[1:4] == -1).all() and (inputs[4:9] == 0).all()
    assert inputs[9:].max() > 0


def test_halving_averages_painted_pixels_only():
    inputs = np.zeros((9, 2, 2), np.float32)
    inputs[1:4] = -1
    inputs[1:4, 0, 0] = 0.8
    inputs[0] = [[1, 0], [0, 0]]
    small = halve(inputs)
    assert small[1, 0, 0] == pytest.approx(0.8) and small[0, 0, 0] == pytest.approx(0.25)


def test_recoloring_keeps_what_it_should_keep():
    rgba = Quadrants().layer()
    kept = recolor(rng(), rgba, (255, 255, 255), "keep")
    assert np.array_equal(kept[100, 100], [200, 30, 30]) and np.array_equal(kept[5, 5], [255, 255, 255])
    assert not np.array_equal(recolor(rng(), rgba, (255, 255, 255), "each"), kept)


def test_the_loss_is_least_at_the_truth_and_sees_greyness_only_where_asked():
    truth = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    ink, painted = torch.zeros(2, 1, 32, 32), torch.zeros(2, 1, 32, 32)
    hinted = torch.ones(2, 1, 1, 1)
    best = coloring_loss(truth, truth, ink, painted, hinted, painted)
    assert best < coloring_loss(truth * 0.9, truth, ink, painted, hinted, painted)
    grey = truth.mean(1, keepdim=True).expand_as(truth)
    red = torch.tensor([0.8, 0.2, 0.2]).view(1, 3, 1, 1).expand_as(truth)
    assert shortfall(grey, red, torch.ones(2, 1, 1, 1), 0.7) > 0.1
    assert shortfall(grey, red, torch.zeros(2, 1, 1, 1), 0.7) == 0


def test_one_tan_for_all_costs_on_pages_without_hints():
    wanted = torch.zeros(1, 3, 32, 32)
    wanted[:, 0, :, :16] = 0.9
    wanted[:, 2, :, 16:] = 0.9
    tan = wanted.mean((2, 3), keepdim=True).expand_as(wanted)
    assert sameness(tan, wanted, torch.ones(1, 1, 1, 1)) > 0.1
    assert sameness(wanted, wanted, torch.ones(1, 1, 1, 1)) == 0
    assert sameness(tan, wanted, torch.zeros(1, 1, 1, 1)) == 0


def test_clouds_inside_a_flat_cost_and_changes_at_lines_do_not():
    truth, ink = torch.full((1, 3, 48, 48), 0.5), torch.zeros(1, 1, 48, 48)
    cloudy = truth + torch.linspace(0, 0.5, 48)
    assert unevenness(cloudy, truth, ink) > 0.01 and unevenness(truth, truth, ink) == 0
    ink[..., 20:28] = 1
    stepped = truth.clone()
    stepped[..., 24:] = 0.9
    assert unevenness(stepped, truth, ink) == 0


def test_color_under_ink_costs_little():
    truth, other = torch.zeros(1, 3, 32, 32), torch.ones(1, 3, 32, 32)
    solid, paper = torch.ones(1, 1, 32, 32), torch.zeros(1, 1, 32, 32)
    none, hinted = torch.zeros(1, 1, 32, 32), torch.ones(1, 1, 1, 1)
    assert coloring_loss(other, truth, solid, none, hinted, none) < 0.2 * coloring_loss(other, truth, paper, none, hinted, none)


@pytest.mark.parametrize("one, two, wanted", [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
])
def test_ciede2000_gives_the_published_values(one, two, wanted):
    assert ciede2000_lab(np.array(one), np.array(two)) == pytest.approx(wanted, abs=1e-4)


def test_without_hints_the_draft_ignores_the_map_and_refine_starts_between_the_draft_and_its_flats():
    x = torch.rand(1, len(DRAFT_INPUTS), 64, 64)
    x[:, 4:9] = 0
    draft = Draft().eval()
    assert torch.equal(draft(x), draft.parts(x)[0].clamp(0, 1))
    y = torch.rand(1, 15, 64, 64)
    y[:, 7:12] = 0
    near_flats = y[:, 4:7] + torch.sigmoid(torch.tensor(2.0)) * (y[:, 12:15] - y[:, 4:7])
    assert torch.allclose(Refine().eval()(y), near_flats, atol=1e-6)


@pytest.mark.parametrize("network, inputs", [(Draft, DRAFT_INPUTS), (Refine, REFINE_INPUTS)])
def test_the_exported_network_equals_the_trained_one_at_any_size(network, inputs, tmp_path):
    torch.manual_seed(2)
    net = network()
    with torch.no_grad():
        net.head.out.weight.normal_(0, 0.05)
    path = tmp_path / "net.onnx"
    assert export(net, len(inputs), path)["parameters"] > 100_000
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for shape in ((1, 64, 96), (2, 128, 64)):
        x = torch.rand(shape[0], len(inputs), *shape[1:])
        with torch.no_grad():
            wanted = net(x).numpy()
        assert np.abs(session.run(None, {"input": x.numpy()})[0] - wanted).max() < 1e-4


def test_the_halved_batch_is_each_sample_halved():
    batch = torch.rand(3, 9, 8, 8)
    assert torch.equal(half_inputs(batch)[1], torch.from_numpy(halve(batch[1].numpy())))


def test_painting_shows_in_the_map():
    ink = Quadrants().line("vector")
    pixels = paint_strokes([("brush", 0x336699, 80, np.array([[1000, 1000, 255]]))], (512, 512), (512, 512), ink)
    assert (rgb_of(pixels)[125, 125] == [0x33, 0x66, 0x99]).all()


def test_weights_with_fewer_inputs_load_and_the_new_inputs_begin_without_influence():
    net, older = Draft(), Draft()
    saved = {name: value.clone() for name, value in older.state_dict().items()}
    for name in ("trunk.stem.weight", "head.guide.weight"):
        saved[name] = saved[name][:, :9]
    load_weights(net, saved)
    x = torch.rand(1, len(DRAFT_INPUTS), 64, 64)
    y = x.clone()
    y[:, 9:] = 0
    assert torch.equal(net.eval()(x), net(y))


def test_what_was_published_can_be_trained_further(tmp_path):
    torch.manual_seed(4)
    net, other = Refine(), Refine()
    with torch.no_grad():
        net.head.out.weight.normal_(0, 0.05)
    export(net, len(REFINE_INPUTS), tmp_path / "refine.onnx")
    load_weights(other, read_weights(tmp_path / "refine.onnx"))
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in net.state_dict().items())


def test_only_what_becomes_worse_than_the_draft_costs():
    ink = torch.zeros(1, 1, 8, 8)
    truth, draft = torch.full((1, 3, 8, 8), 0.5), torch.full((1, 3, 8, 8), 0.6)
    assert worsening(torch.full_like(truth, 0.45), draft, truth, ink) == 0
    assert worsening(torch.full_like(truth, 0.8), draft, truth, ink) == pytest.approx(0.2)


def test_colored_ground_is_hinted_first_so_that_white_stays_the_answer_for_paper():
    tile = Quadrants()
    layer = tile.layer()
    truth = recolor(rng(), layer, (40, 90, 160), "keep")
    for seed in range(6):
        _, color, _, points = simulate(rng(seed), truth, tile.line("vector"), 3, layer[..., 3] < 64, 1.0)[0]
        x, y = points[0][0] // 8, points[0][1] // 8
        assert layer[y, x, 3] < 64 and abs((color & 255) - 160) < 40


def test_shading_that_is_missing_costs_and_too_much_does_not():
    ink = torch.zeros(1, 1, 96, 96)
    flat = torch.full((1, 3, 96, 96), 0.5)
    shaded = flat + torch.linspace(-0.3, 0.3, 96)
    assert flatness(flat, shaded, ink) > 0.01
    assert flatness(shaded, flat, ink) == 0
