"""Fast checks of the seed's recipe on made-up data. No data set needed."""
import numpy as np
import onnxruntime
import pytest
import torch

from export import export
from seed_feed import BLUR_SIGMA, SIZE, blur_matrix, blurred, sample_of, stacked, stroke_sample, with_white_blocks
from seed_networks import CHANNELS, SeedDiscriminator, SeedNet
from seed_recipe import checkerboard, labels, refine_inputs, train_step
from test_training import Quadrants


@pytest.fixture(autouse=True)
def one_thread():
    """So little work on two threads only makes them wait for each other on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_the_paper_s_network_has_its_number_of_parameters():
    for channels in CHANNELS.values():
        assert sum(p.numel() for p in SeedNet(channels, 64).parameters()) == pytest.approx(13.4e6, rel=0.01)


@pytest.mark.parametrize("stage", ["draft", "refine"])
def test_one_picture_in_one_picture_out(stage):
    net = SeedNet(CHANNELS[stage], 4).eval()
    out = net(torch.rand(2, CHANNELS[stage], 32, 48))
    assert out.shape == (2, 3, 32, 48) and out.min() >= 0 and out.max() <= 1
    assert SeedDiscriminator(4, 32)(out[..., :32], out[..., :32]).shape == (2,)


def test_blocks_are_white_and_hide_more_than_half():
    out = with_white_blocks(rng(), np.zeros((3, SIZE, SIZE), np.float32))
    assert set(np.unique(out)) == {0, 1} and 0.45 < out.mean() < 0.75
    assert (out[0] == out[1]).all()


def test_the_blur_keeps_flats_and_pales_a_line_to_eleven_percent():
    assert torch.allclose(blur_matrix(96).sum(1), torch.ones(96), atol=1e-5)
    flat = torch.full((1, 3, 64, 80), 0.3)
    assert torch.allclose(blurred(flat), flat, atol=1e-5)
    line = torch.ones(1, 1, 256, 256)
    line[..., 126:131] = 0
    assert 1 - blurred(line)[0, 0, 128, 128].item() == pytest.approx(0.113, abs=0.005)
    dot = torch.zeros(1, 1, 257, 257)
    dot[0, 0, 128, 128] = 1
    spread = blurred(dot)[0, 0].sum(0)
    assert float((spread * (torch.arange(257) - 128) ** 2).sum()) ** 0.5 == pytest.approx(BLUR_SIGMA, rel=0.02)


def test_a_sample_is_an_illustration_its_line_art_and_its_hint():
    paper, hint, picture = sample_of(rng(), Quadrants())
    assert paper.shape == (1, SIZE, SIZE) and hint.shape == picture.shape == (3, SIZE, SIZE)
    assert (picture[:, 4, 4] == 1).all() and paper[0, 4, 4] == 1
    assert np.allclose(picture[:, 60, 60] * 255, [200, 30, 30], atol=1) and picture[:, 128, 60].max() < 0.1
    hidden = (hint == 1).all(0)
    assert np.array_equal(hint[:, ~hidden], picture[:, ~hidden])


def test_served_hints_are_strokes_on_white():
    _, hint, picture = stroke_sample(rng(3), Quadrants(), 4)
    assert 0.5 < (hint == 1).all(0).mean() < 1 and (picture <= 1).all()
    inputs, pictures = stacked([stroke_sample(rng(3), Quadrants(), 4)])
    assert inputs.shape == (1, 4, SIZE, SIZE) and pictures.shape == (1, 3, SIZE, SIZE)
    assert inputs[:, 1:].max() <= 1.0001 and inputs[:, 1:].min() >= 0


def test_labels_flip_at_the_asked_rate():
    torch.manual_seed(0)
    assert (labels(100, True, 0) == 1).all() and (labels(100, False, 0) == 0).all()
    assert labels(20_000, False, 0.05).mean().item() == pytest.approx(0.05, abs=0.005)
    assert labels(20_000, True, 0.05).mean().item() == pytest.approx(0.95, abs=0.005)


def test_a_refine_stage_sees_an_eight_bit_draft():
    x = refine_inputs(torch.rand(1, 4, 8, 8), torch.rand(1, 3, 8, 8))
    assert x.shape[1] == CHANNELS["refine"] and torch.allclose(x[:, 4:] * 255, (x[:, 4:] * 255).round(), atol=1e-4)


def test_the_checkerboard_measure_sees_only_checkerboards():
    stripes = torch.zeros(1, 3, 8, 8)
    stripes[..., ::2] = 1
    board = (stripes + stripes.transpose(2, 3)) % 2
    assert checkerboard(stripes) == 0 and checkerboard(board) == pytest.approx(127.5)


def test_a_few_steps_lower_the_loss():
    torch.manual_seed(0)
    nets = SeedNet(4, 4), SeedDiscriminator(4, 32)
    optimizers = [torch.optim.Adam(net.parameters(), lr=2e-2) for net in nets]
    picture = torch.full((4, 3, 32, 32), 0.9)
    x = torch.cat([torch.rand(4, 1, 32, 32), picture], 1)
    losses = [train_step(nets, optimizers, x, picture, 0.05)[0] for _ in range(15)]
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize("stage", ["draft", "refine"])
def test_the_exported_network_equals_the_trained_one_at_any_size(stage, tmp_path):
    torch.manual_seed(2)
    net = SeedNet(CHANNELS[stage], 8)
    net(torch.rand(2, CHANNELS[stage], 32, 32))
    path = tmp_path / "net.onnx"
    export(net, CHANNELS[stage], path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for shape in ((1, 64, 96), (2, 48, 64)):
        x = torch.rand(shape[0], CHANNELS[stage], *shape[1:])
        with torch.no_grad():
            wanted = net(x).numpy()
        assert np.abs(session.run(None, {"input": x.numpy()})[0] - wanted).max() < 1e-4
