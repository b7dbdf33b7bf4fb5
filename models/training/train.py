"""Trains one stage: `python train.py draft --minutes 30` or `python train.py refine --minutes 20 --drafts runs/draft/*.pt`.

Resumable (--resume continues a run where its newest checkpoint stands), seeded, CPU or CUDA. Writes runs/STAGE/: checkpoints,
best.pt by validation, log.txt, sample sheets. Time, not steps, is the budget: the cosine schedule follows the clock.
"""
import argparse
import math
import os
import time
from pathlib import Path

os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "8000000000")
os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "8000000000")

import numpy as np
import torch
from torch.nn import functional as F

from feed import Feed, half_inputs
from losses import coloring_loss, own_loss
from networks import Draft, Refine, parameters_of
from sheet import save_sheet
from tiles import load_tiles

HERE = Path(__file__).parent
# Share of the run, working size of the pages, scenes a batch.
PHASES = {"draft": [(0.0, 256, 24), (0.45, 320, 16), (0.75, 512, 6)], "refine": [(0.0, 256, 12), (0.75, 384, 6)]}


def phase_of(stage, progress):
    return [phase for phase in PHASES[stage] if phase[0] <= progress][-1][1:]


def varied(batches, times):
    """Every batch `times` times: a scene costs as much as a step. Later times mirrored, the colors of hinted pages shuffled."""
    yield from batches
    for turn in range(1, times):
        for inputs, truth in batches:
            inputs, truth = inputs.flip(turn % 2 + 2), truth.flip(turn % 2 + 2)
            order = torch.roll(torch.arange(3), turn)
            for i in torch.nonzero(inputs[:, 8].amax((1, 2)) > 0)[:, 0]:
                truth[i] = truth[i, order]
                inputs[i, 1:7] = inputs[i, 1:7][torch.cat([order, order + 3])]
            yield inputs, truth


def forward(stage, net, drafts, inputs, truth, step):
    """The loss of one batch; `inputs` and `truth` are at the working size."""
    painted = (inputs[:, 1:2] >= 0).float()
    hinted = painted.amax((2, 3), keepdim=True)
    if stage == "draft":
        x = half_inputs(inputs.cpu()).to(inputs.device)
        truth, painted = F.avg_pool2d(truth, 2), (x[:, 1:2] >= 0).float()
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast(inputs.device.type, torch.bfloat16):
            own, weight = net.parts(x)
        own, weight = own.float(), weight.float()
        output = own + weight * (x[:, 4:7] - own)
        return coloring_loss(output, truth, x[:, :1], painted, hinted) + own_loss(own, truth, x[:, :1])
    with torch.no_grad():
        draft = drafts[step % len(drafts)](half_inputs(inputs.cpu()).to(inputs.device))
        x = refine_inputs(inputs, draft).contiguous(memory_format=torch.channels_last)
    with torch.autocast(inputs.device.type, torch.bfloat16):
        output = net(x)
    return coloring_loss(output.float(), truth, inputs[:, :1], painted, hinted, vivid=0.1)


def refine_inputs(inputs, draft):
    """The draft comes up to the working size by bilinear resizing, as the colorist does it."""
    up = F.interpolate(draft, scale_factor=2, mode="bilinear", align_corners=False)
    return torch.cat([inputs[:, :4], up, inputs[:, 4:]], 1)


@torch.no_grad()
def predict(stage, net, drafts, inputs):
    net.eval()
    half = half_inputs(inputs.cpu()).to(inputs.device)
    draft = (net if stage == "draft" else drafts[-1])(half)
    x = refine_inputs(inputs, draft)
    color = x[:, 4:7] if stage == "draft" else net(x)
    net.train()
    return color, x[:, 4:7]


def validate(stage, net, drafts, scenes):
    """Mean PSNR of the composite, and the mean saturation against the truth's on pages without hints."""
    scores, sheet, have, want = [], [], 0.0, 0.0
    for inputs, truth in scenes:
        color, draft = predict(stage, net, drafts, inputs)
        paper = 1 - inputs[:, :1]
        error = ((color - truth).clamp(-1, 1) * paper).pow(2).mean((1, 2, 3))
        scores += (-10 * torch.log10(error + 1e-6)).tolist()
        blank = inputs[:, 1].amax((1, 2)) < 0
        sat = lambda c: ((c * paper).amax(1) - (c * paper).amin(1))[blank].sum().item()
        have, want = have + sat(color), want + sat(truth)
        sheet += [(i, t, d, c) for i, t, d, c in zip(inputs, truth, draft, color)]
    return float(np.mean(scores)), have / max(want, 1e-6), sheet


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=["draft", "refine"])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--tiles", type=Path, default=HERE.parent / "data" / "cache" / "tiles")
    parser.add_argument("--run", type=Path, help="folder of this run (runs/STAGE)")
    parser.add_argument("--drafts", type=Path, nargs="*", default=[], help="draft checkpoints, the best one last")
    parser.add_argument("--start", type=Path, help="weights to start from")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check-minutes", type=float, default=4)
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    run = args.run or HERE / "runs" / args.stage
    run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = (Draft() if args.stage == "draft" else Refine()).to(device, memory_format=torch.channels_last)
    if args.start:
        net.load_state_dict(torch.load(args.start, map_location=device)["net"])
    average = {name: value.clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=1e-4)
    state = {"step": 0, "samples": 0, "seconds": 0.0, "best": -1.0}
    if args.resume and (run / "last.pt").exists():
        saved = torch.load(run / "last.pt", map_location=device)
        net.load_state_dict(saved["live"])
        optimizer.load_state_dict(saved["optimizer"])
        average, state = saved["net"], saved["state"]
    drafts = [load_draft(path, device) for path in args.drafts]
    if args.stage == "refine" and not drafts:
        raise SystemExit("The refine stage learns on drafts: give --drafts.")
    log = open(run / "log.txt", "a", buffering=1)

    def say(text):
        print(text, flush=True)
        log.write(text + "\n")

    tiles = load_tiles(args.tiles, ["train"])
    feed = Feed(tiles, args.seed, native=0.6 if args.stage == "refine" else 0.0)
    checks = [(i.to(device), t.to(device)) for i, t in Feed(load_tiles(args.tiles, ["val"]), 99).batches(0, 12, 4, 384)]
    say(f"{args.stage}: {parameters_of(net):,} parameters, {len(tiles)} tiles, {device}, {args.minutes} min")
    budget, began, next_check = args.minutes * 60, time.time() - state["seconds"], args.check_minutes * 60
    while next_check <= state["seconds"]:
        next_check += args.check_minutes * 60
    running = []
    while True:
        state["seconds"] = time.time() - began
        progress = min(1.0, state["seconds"] / budget)
        if state["seconds"] >= next_check or progress >= 1:
            next_check += args.check_minutes * 60
            check(args, run, net, average, optimizer, state, drafts, checks, running, say, budget)
            running = []
            if progress >= 1:
                break
        side, size = phase_of(args.stage, progress)
        for inputs, truth in varied(list(feed.batches(state["step"], 6, size, side)), 2):
            for group in optimizer.param_groups:
                warm = min(1.0, (state["step"] + 1) / 40)
                group["lr"] = args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
            loss = forward(args.stage, net, drafts, inputs.to(device), truth.to(device), state["step"])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            keep = min(0.998, state["step"] / (state["step"] + 10))
            with torch.no_grad():
                for name, value in net.state_dict().items():
                    average[name].lerp_(value, 1 - keep)
            state["step"] += 1
            state["samples"] += size
            running.append(loss.item())


def check(args, run, net, average, optimizer, state, drafts, checks, running, say, budget):
    live = {name: value.clone() for name, value in net.state_dict().items()}
    net.load_state_dict(average)
    psnr, saturation, sheet = validate(args.stage, net, drafts, checks)
    save_sheet(sheet, run / "sheet.png")
    net.load_state_dict(live)
    # Greyness on pages without hints costs: a guess is part of the product.
    score = psnr + 2 * min(saturation, 0.7)
    left = max(0, budget - state["seconds"]) / 60
    say(f"step {state['step']} loss {np.mean(running or [0]):.4f} val {psnr:.2f} dB sat {saturation:.2f} "
        f"{state['samples'] / max(1, state['seconds']):.1f} pictures/s, {left:.1f} min left")
    saved = {"net": average, "live": live, "optimizer": optimizer.state_dict(), "state": state, "stage": args.stage,
             "psnr": psnr, "seed": args.seed}
    keep(saved, run / "last.pt")
    small = {key: value for key, value in saved.items() if key not in ("live", "optimizer")}
    keep(small, run / f"{state['step']:06d}.pt")
    if score > state["best"]:
        state["best"] = score
        keep(small, run / "best.pt")


def keep(saved, path):
    torch.save(saved, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def load_draft(path, device):
    net = Draft().to(device, memory_format=torch.channels_last)
    net.load_state_dict(torch.load(path, map_location=device)["net"])
    return net.eval()


if __name__ == "__main__":
    main()
