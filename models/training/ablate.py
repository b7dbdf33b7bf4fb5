"""What each part of the recipe is worth: `python ablate.py --minutes 1.5 [--only NAME ...] [--resume]`.

Trains many small variants for the same time on the same scenes (made once and kept) and measures all on the same validation
scenes. Without a GPU the time is the processors', not the wall's: other work on the machine must not matter. A variant is the
base with a few words changed; "another seed" tells how much is chance. The refine variants train on the base's draft network.
Writes ablation.json and ABLATION.md after every variant; --resume skips those at hand.
"""
import argparse
import json
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from unittest import mock

# Threads that wait spinning bring a shared machine to a crawl.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import losses
import networks
import oldmaps
import train
from colordiff import ciede2000
from critic import Critic
from feed import Batch
from regions import regions_of
from scene import full_inputs, make_scene
from segments import segments_of
from tiles import load_tiles, weights_of
from upsample import origins_of

HERE = Path(__file__).parent
SIDE, LARGER = 192, 320
BATCH = 16
RATE = 1.5e-3
# Validation sets: strokes and page size.
CHECKS = {"0": (0, SIDE), "3": (3, SIDE), "10": (10, SIDE), f"10 at {LARGER}": (10, LARGER)}

BASE = {"stage": "draft", "maps": "current", "regions": True, "width": 1.0, "norm": None, "sides": (SIDE,), "off": None,
        "plain": False, "critic": 0.0, "seed": 1, "against": "base"}
REFINE = {"stage": "refine", "against": "refine"}
VARIANTS = {
    "base": {},
    "another seed": {"seed": 2},
    "no region channels": {"regions": False},
    "no map, painted pixels only": {"maps": "sparse"},
    "coarse pyramid of hints": {"maps": "pyramid"},
    "map v1: shortest path": {"maps": "shortest_path"},
    "map v2: lines nearly impassable, spill dropped": {"maps": "walled_path"},
    "map v3: watershed": {"maps": "watershed"},
    "map v4: stops at regions, paper not white": {"maps": "walled_regions"},
    "mixed page sizes": {"sides": (128, SIDE, 256)},
    "width x 0.5": {"width": 0.5},
    "width x 1.5": {"width": 1.5},
    "GroupNorm": {"norm": "group"},
    "BatchNorm": {"norm": "batch"},
    "no loss on edges": {"off": "edges"},
    "no loss on chroma": {"off": "chroma"},
    "no loss on large areas": {"off": "large areas"},
    "no loss on the bare layer": {"off": "bare layer"},
    "no loss on clouds inside flats": {"off": "clouds"},
    "no reward for saturation": {"off": "saturation"},
    "no reward for variety": {"off": "variety"},
    "no loss on the draft's own color": {"off": "own color"},
    "no more weight under strokes and in hinted regions": {"off": "hint weight"},
    "refine": {"stage": "refine"},
    "refine, another seed": {**REFINE, "seed": 2},
    "refine, plain instead of residual": {**REFINE, "plain": True},
    "refine without flats": {**REFINE, "off": "flats"},
    "refine on a draft that runs over the lines": {**REFINE, "off": "stop at lines"},
    "refine without reward for shading": {**REFINE, "off": "shading"},
    "refine without loss on worsening": {**REFINE, "off": "worsening"},
    "refine without spoiled drafts": {**REFINE, "off": "spoiled drafts"},
    "refine with critic": {**REFINE, "critic": 0.02},
}


def nothing(*_, **__):
    return 0.0


def without_large_areas(output, truth, ink, *rest, **more):
    apart = F.avg_pool2d(output * (1 - ink), 8) - F.avg_pool2d(truth * (1 - ink), 8)
    return losses.coloring_loss(output, truth, ink, *rest, **more) - 0.5 * apart.abs().mean()


def without_bare_layer(output, truth, ink, *rest, **more):
    return losses.coloring_loss(output, truth, ink, *rest, **more) - 0.15 * losses.charbonnier(output - truth).mean()


def marks_of_pages(inputs):
    painted, hinted, obey = MARKS(inputs)
    return torch.zeros_like(painted), hinted, torch.zeros_like(obey)


MARKS = train.marks
# What to put in the place of what, for a part to be off.
OFF = {
    "edges": (losses, "gradient_loss", nothing),
    "chroma": (losses, "chroma", torch.zeros_like),
    "large areas": (train, "coloring_loss", without_large_areas),
    "bare layer": (train, "coloring_loss", without_bare_layer),
    "clouds": (losses, "unevenness", nothing),
    "saturation": (losses, "shortfall", nothing),
    "variety": (losses, "sameness", nothing),
    "own color": (train, "own_loss", nothing),
    "hint weight": (train, "marks", marks_of_pages),
    "flats": (train, "flats_of", lambda layer, *_: layer),
    "stop at lines": (train, "upsampled", lambda layer, _: F.interpolate(layer, scale_factor=2, mode="bilinear")),
    "shading": (train, "SHADING", 0.0),
    "worsening": (train, "WORSENING", 0.0),
    "spoiled drafts": (train, "spoiled", lambda draft: draft),
}


class PlainRefine(networks.Refine):
    """Gives the color itself, not what to change in the draft."""

    def forward(self, x):
        color = networks.pinned(self.head(self.trunk(x), x[:, :1])[:, :3] + 0.8, x[:, 7:10], x[:, 11:12])
        return color if self.training else torch.clamp(color, 0, 1)


def with_norm(net, kind):
    """A normalization after every convolution of the trunk but the stem and the 1 x 1."""
    for module in list(net.modules()):
        if isinstance(module, (networks.Residual, networks.Down)):
            width = module.conv.out_channels
            module.conv = nn.Sequential(module.conv, nn.GroupNorm(8, width) if kind == "group" else nn.BatchNorm2d(width))
    return net


def encoded(scene, maps):
    """The scene with another hint map, and the segments that follow from it."""
    if maps == "current":
        return scene
    color, reach, near = getattr(oldmaps, maps)(scene.hints, scene.ink)
    regions = regions_of(scene.ink)
    segments, _ = segments_of(regions.ids, len(regions.areas), color, near, scene.ink)
    return replace(scene, color=color, reach=reach, near=near, segments=segments)


class Scenes:
    """Scenes made once; `batches(maps)` packs them for one encoding and keeps the last one."""

    def __init__(self, tiles, seed, threads):
        self.tiles, self.seed = tiles, seed
        self.weights = weights_of(tiles)
        self.threads = ThreadPoolExecutor(threads)
        self._scenes, self._packed, self._key = {}, None, None

    def _scene(self, job):
        side, index = job
        rng = np.random.default_rng([self.seed, side, index])
        return make_scene(rng, self.tiles[rng.choice(len(self.tiles), p=self.weights)], side, others=self.tiles)

    def packed(self, variant, count):
        """One Batch a page size, at half precision, `count` scenes over all sizes."""
        key = (variant["maps"], variant["regions"], variant["sides"])
        if key != self._key:
            self._packed = None
            self._packed = [self._pack(side, count // len(variant["sides"]), variant) for side in variant["sides"]]
            self._key = key
        return self._packed

    def _pack(self, side, count, variant):
        if len(self._scenes.get(side, [])) < count:
            self._scenes[side] = list(self.threads.map(self._scene, [(side, i) for i in range(count)]))
        return pack(list(self.threads.map(lambda scene: encoded(scene, variant["maps"]), self._scenes[side][:count])), variant)


def pack(scenes, variant):
    inputs = np.stack([full_inputs(scene).astype(np.float16) for scene in scenes])
    if not variant["regions"]:
        inputs[:, 9:] = 0
    truth = np.stack([scene.truth.transpose(2, 0, 1) for scene in scenes])
    segments = np.stack([scene.segments for scene in scenes])
    origins = np.stack([origins_of(scene.ink) for scene in scenes])
    return Batch(*(torch.from_numpy(a) for a in (inputs, truth, segments, origins)))


def taken(packed, chosen):
    """The scenes of these numbers, as train.py has them."""
    planes = packed.inputs[chosen].float(), packed.truth[chosen].float() / 255
    return Batch(*planes, packed.segments[chosen], packed.origins[chosen])


def shuffled(packed, seed):
    """Batches without end, over all page sizes in turn; every pass in another order."""
    rng = np.random.default_rng(seed)
    orders = [[] for _ in packed]
    while True:
        for at, scenes in enumerate(packed):
            if len(orders[at]) < BATCH:
                orders[at] = list(rng.permutation(len(scenes.inputs)))
            chosen, orders[at] = orders[at][:BATCH], orders[at][BATCH:]
            yield taken(scenes, chosen)


def build(variant, device):
    scaled = lambda widths: tuple(max(8, int(width * variant["width"])) for width in widths)
    if variant["stage"] == "draft":
        net = networks.Draft(widths=scaled((16, 32, 64, 96)), downs=(1, 1, 2, 2), ups=(1, 1, 2))
    else:
        net = (PlainRefine if variant["plain"] else networks.Refine)(widths=scaled((16, 32, 64)), downs=(0, 1, 2), ups=(1, 1))
    if variant["norm"]:
        with_norm(net, variant["norm"])
    return net.to(device, memory_format=torch.channels_last)


def loss_of(variant, net, draft, critic, batch, progress):
    if variant["stage"] == "draft":
        return train.draft_loss(net, batch)
    output, seen = train.refined(net, draft, batch)
    loss = train.refine_loss(output, seen, batch)
    if critic and progress > 0.5:
        loss = loss + variant["critic"] * train.judged(*critic, batch, output)
    return loss


def train_variant(variant, packed, draft, minutes, device):
    """The averaged network, and its steps."""
    torch.manual_seed(variant["seed"])
    net = build(variant, device)
    average = {name: value.clone() for name, value in net.state_dict().items()}
    critic = None
    if variant["critic"]:
        judge = Critic().to(device)
        critic = judge, torch.optim.Adam(judge.parameters(), lr=4e-4, betas=(0.5, 0.9))
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-4)
    now = time.time if device == "cuda" else lambda: time.process_time() / torch.get_num_threads()
    batches, began, step, progress = shuffled(packed, variant["seed"]), now(), 0, 0.0
    while progress < 1:
        for batch in train.varied([next(batches)], 2):
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, (step + 1) / 20) * (0.02 + 0.49 * (1 + math.cos(math.pi * progress)))
            loss = loss_of(variant, net, draft, critic, batch.to(device), progress)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            step += 1
            keep = min(0.99, step / (step + 10))
            with torch.no_grad():
                for name, value in net.state_dict().items():
                    average[name] = average[name].lerp(value, 1 - keep) if value.is_floating_point() else value.clone()
        progress = min(1.0, (now() - began) / (60 * minutes))
    net.load_state_dict(average)
    return net.eval(), step


@torch.no_grad()
def measure(net, variant, draft, scenes, device):
    """Per picture: PSNR of the composite, and the mean CIEDE2000 under the strokes."""
    psnr, apart = [], []
    packed = pack([encoded(scene, variant["maps"]) for scene in scenes], variant)
    for start in range(0, len(scenes), 8):
        batch = taken(packed, range(start, min(start + 8, len(scenes)))).to(device)
        color = train.predict(variant["stage"], net, [draft], batch)[0].clamp(0, 1)
        paper = 1 - batch.inputs[:, :1]
        psnr += (-10 * torch.log10(((color - batch.truth) * paper).pow(2).mean((1, 2, 3)) + 1e-6)).tolist()
        hinted = (batch.inputs[:, 1] >= 0) & (paper[:, 0] > 0.75)
        for hint, shown, where in zip(batch.inputs[:, 1:4], color, hinted):
            if where.any():
                apart.append(float(ciede2000(hint[:, where].T.cpu().numpy(), shown[:, where].T.cpu().numpy()).mean()))
    return psnr, apart


def summary(scores, base):
    """Means; against the base paired by picture, with the 95 % interval's half width."""
    row = {"steps": scores["steps"], "parameters": scores["parameters"], "psnr": {}, "gain": {}, "interval": {}}
    for check, psnr in scores["psnr"].items():
        gain = np.array(psnr) - np.array(base["psnr"][check])
        row["psnr"][check] = round(float(np.mean(psnr)), 2)
        row["gain"][check] = round(float(gain.mean()), 2)
        row["interval"][check] = round(float(1.96 * gain.std() / math.sqrt(len(gain))), 2)
    row["hintCiede2000"] = round(scores["hint"], 2)
    return row


def write_table(rows, minutes, device):
    told = {"minutes": minutes, "side": SIDE, "device": device, "variants": rows}
    (HERE / "ablation.json").write_text(json.dumps(told, indent=1) + "\n")
    lines = [
        "# What each part is worth", "",
        f"Small networks, {minutes:g} minutes each on {device}, pages of {SIDE} px (draft at {SIDE // 2}); written by `ablate.py`.",
        "PSNR of the composite in dB on the same validation scenes, by strokes; gain over the base (of refine variants: over \"refine\";",
        "of \"refine\": over its draft), paired by picture, with its 95 % interval (of the pictures, not of the training: compare with",
        "\"another seed\"). Hint = mean CIEDE2000 under the strokes at 10.", "",
        "| variant | " + " | ".join(CHECKS) + " | gain at 0 | gain at 10 | hint | steps | parameters |",
        "|---" * (len(CHECKS) + 6) + "|",
    ]
    for name, row in rows.items():
        gains = [f"{row['gain'][check]:+.2f} ± {row['interval'][check]:.2f}" for check in ("0", "10")]
        cells = [name, *(f"{row['psnr'][check]:.2f}" for check in CHECKS), *gains]
        cells += [f"{row['hintCiede2000']:.2f}", str(row["steps"]), f"{row['parameters']:,}"]
        lines.append("| " + " | ".join(cells) + " |")
    (HERE / "ABLATION.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.5, help="for each variant")
    parser.add_argument("--scenes", type=int, default=1200, help="to train on")
    parser.add_argument("--checks", type=int, default=48, help="validation scenes for each number of strokes")
    parser.add_argument("--only", nargs="*", help="names of variants")
    parser.add_argument("--tiles", type=Path, default=HERE.parent / "data" / "cache" / "tiles")
    parser.add_argument("--run", type=Path, default=HERE / "runs" / "ablate", help="folder of scores and of the base's weights")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    args.run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    kept = args.run / "scores.json"
    scores = json.loads(kept.read_text()) if args.resume and kept.exists() else {}
    scenes = Scenes(load_tiles(args.tiles, ["train"]), 1, args.threads)
    held = load_tiles(args.tiles, ["val"])
    order = np.random.default_rng(7).permutation(len(held))[: args.checks]
    checks = {name: [make_scene(np.random.default_rng([5, count, i]), held[at], side, count=count, augment=False) for i, at in enumerate(order)]
              for name, (count, side) in CHECKS.items()}
    draft = None
    todo = [name for name in VARIANTS if name not in scores and (not args.only or name in args.only)]
    for number, name in enumerate(todo):
        variant = {**BASE, **VARIANTS[name]}
        packed = scenes.packed(variant, args.scenes)
        if variant["stage"] == "refine" and draft is None:
            draft = build(BASE, device)
            draft.load_state_dict(torch.load(args.run / "base.pt", map_location=device))
            draft.eval()
        with mock.patch.object(*OFF[variant["off"]]) if variant["off"] else nullcontext():
            net, steps = train_variant(variant, packed, draft, args.minutes, device)
            if name == "base":
                torch.save(net.state_dict(), args.run / "base.pt")
            measured = {check: measure(net, variant, draft, of, device) for check, of in checks.items()}
        scores[name] = {"steps": steps, "parameters": networks.parameters_of(net), "hint": float(np.mean(measured["10"][1])),
                        "psnr": {check: [round(v, 3) for v in psnr] for check, (psnr, _) in measured.items()}}
        kept.write_text(json.dumps(scores))
        rows = {each: summary(scores[each], scores[{**BASE, **VARIANTS[each]}["against"]]) for each in VARIANTS if each in scores}
        write_table(rows, args.minutes, device)
        print(f"{number + 1}/{len(todo)} {name}: {json.dumps(rows[name]['psnr'])}, {steps} steps, "
              f"about {(len(todo) - number - 1) * (args.minutes + 0.4):.0f} min left", flush=True)


if __name__ == "__main__":
    main()
