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

from checkpoints import load_weights, read_weights
from critic import Critic, critic_loss, made_loss
from feed import Batch, Feed, half_inputs
from losses import coloring_loss, flatness, own_loss, worsening
from networks import Draft, Refine, parameters_of
from precision import fast_precision
from segments import flats_of
from sheet import save_sheet
from tiles import load_tiles
from upsample import upsampled

HERE = Path(__file__).parent
# Share of the run, working size of the pages, scenes a batch.
PHASES = {"draft": [(0.0, 256, 24), (0.4, 384, 10), (0.7, 512, 6)], "refine": [(0.0, 256, 12), (0.6, 384, 6), (0.85, 512, 3)]}
# Regions that hold a hint: nothing lies between it and the pixel (shared/hintmap.ts).
OBEY_NEAR = 159.5 / 255
SHADING = 0.6
WORSENING = 4.0
# How often a batch is used, for a scene costs more than a step on it, and how often a hinted page's colors are shuffled then.
VARIATIONS = 3
SHUFFLED = 0.4


def phase_of(stage, progress):
    return [phase for phase in PHASES[stage] if phase[0] <= progress][-1][1:]


def varied(batches, times):
    """Every batch `times` times; later times mirrored, the colors of some hinted pages shuffled."""
    yield from batches
    for turn in range(1, times):
        for batch in batches:
            batch = batch.flipped(turn % 2 + 2)
            inputs, truth = batch.inputs, batch.truth
            order = torch.roll(torch.arange(3), turn)
            for i in torch.nonzero((inputs[:, 8].amax((1, 2)) > 0) & (torch.rand(len(inputs)) < SHUFFLED))[:, 0]:
                truth[i] = truth[i, order]
                inputs[i, 1:7] = inputs[i, 1:7][torch.cat([order, order + 3])]
            yield batch


def draft_loss(net, batch):
    x = half_inputs(batch.inputs.cpu()).to(batch.inputs.device)
    truth, ink = F.avg_pool2d(batch.truth, 2), x[:, :1]
    with fast_precision(x.device):
        own, weight = net.parts(x.contiguous(memory_format=torch.channels_last))
    own, weight = own.float(), weight.float()
    output = own + weight * (x[:, 4:7] - own)
    return coloring_loss(output, truth, ink, *marks(x)) + own_loss(own, truth, ink)


def refined(net, draft_net, batch):
    """The refinement network's color layer for a batch, as the colorist makes it."""
    with torch.no_grad():
        draft = draft_net(half_inputs(batch.inputs.cpu()).to(batch.inputs.device))
        x = refine_inputs(batch, spoiled(draft) if net.training else draft)
    with fast_precision(x.device, net.training):
        return net(x.contiguous(memory_format=torch.channels_last)).float(), x[:, 4:7]


def refine_loss(output, draft, batch):
    ink = batch.inputs[:, :1]
    loss = coloring_loss(output, batch.truth, ink, *marks(batch.inputs), vivid=0.1)
    return loss + SHADING * flatness(output, batch.truth, ink) + WORSENING * worsening(output, draft, batch.truth, ink)


def marks(inputs):
    """Where strokes are, which pages have any, and the regions that hold one."""
    painted = (inputs[:, 1:2] >= 0).float()
    obey = (inputs[:, 7:8] > 0.998) & (inputs[:, 8:9] > OBEY_NEAR)
    return painted, painted.amax((2, 3), keepdim=True), obey.float()


def spoiled(draft):
    """Some drafts are worse than any checkpoint's: patches paled, moved in color or smeared, so that there is something to mend."""
    if torch.rand(()) > 0.3:
        return draft
    n, _, h, w = draft.shape
    where = F.interpolate(torch.rand(n, 1, 4, 4), (h, w), mode="bilinear").to(draft.device) > 0.72
    kind = int(torch.randint(3, ()))
    if kind == 0:
        other = draft + 0.6 * (1 - draft)
    elif kind == 1:
        other = (draft + 0.25 * torch.randn(n, 3, 1, 1, device=draft.device)).clamp(0, 1)
    else:
        other = F.avg_pool2d(draft, 15, 1, 7)
    return torch.where(where, other, draft)


def refine_inputs(batch, draft):
    """The draft comes up to the working size as the colorist does it; then its flats."""
    up = upsampled(draft, batch.origins)
    ink, layers = batch.inputs[:, 0].cpu().numpy(), up.cpu().numpy()
    flats = [flats_of(layer, ids, int(ids.max()) + 1, line) for layer, ids, line in zip(layers, batch.segments.numpy(), ink)]
    flats = torch.from_numpy(np.stack(flats)).to(up.device)
    return torch.cat([batch.inputs[:, :4], up, batch.inputs[:, 4:9], flats], 1)


@torch.no_grad()
def predict(stage, net, drafts, batch):
    net.eval()
    if stage == "draft":
        draft = net(half_inputs(batch.inputs.cpu()).to(batch.inputs.device))
        color = draft = upsampled(draft, batch.origins)
    else:
        color, draft = refined(net, drafts[-1], batch)
    net.train()
    return color, draft


def validate(stage, net, drafts, scenes):
    """Mean PSNR of the composite (of the draft's too), and the mean saturation against the truth's on pages without hints."""
    scores, before, sheet, have, want = [], [], [], 0.0, 0.0
    for batch in scenes:
        inputs, truth = batch.inputs, batch.truth
        color, draft = predict(stage, net, drafts, batch)
        paper = 1 - inputs[:, :1]
        psnr = lambda c: (-10 * torch.log10(((c - truth).clamp(-1, 1) * paper).pow(2).mean((1, 2, 3)) + 1e-6)).tolist()
        scores, before = scores + psnr(color), before + psnr(draft)
        blank = inputs[:, 1].amax((1, 2)) < 0
        sat = lambda c: ((c * paper).amax(1) - (c * paper).amin(1))[blank].sum().item()
        have, want = have + sat(color), want + sat(truth)
        sheet += [(i, t, d, c) for i, t, d, c in zip(inputs, truth, draft, color)]
    better = np.mean(np.array(scores) > np.array(before))
    return float(np.mean(scores)), float(np.mean(before)), better, have / max(want, 1e-6), sheet


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=["draft", "refine"])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--tiles", type=Path, default=HERE.parent / "data" / "cache" / "tiles")
    parser.add_argument("--run", type=Path, help="folder of this run (runs/STAGE)")
    parser.add_argument("--drafts", type=Path, nargs="*", default=[], help="draft checkpoints, the best one last")
    parser.add_argument("--start", type=Path, help="weights to start from: a checkpoint, or ../weights/STAGE.onnx")
    parser.add_argument("--critic", type=float, default=0.0, help="weight of the critic in the refine stage's last half")
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
        load_weights(net, read_weights(args.start, device))
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
    checks = [batch.to(device) for batch in Feed(load_tiles(args.tiles, ["val"]), 99).batches(0, 12, 4, 384)]
    critic = Critic().to(device) if args.stage == "refine" and args.critic > 0 else None
    critic_optimizer = torch.optim.Adam(critic.parameters(), lr=4e-4, betas=(0.5, 0.9)) if critic else None
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
        for batch in varied(list(feed.batches(state["step"], 6, size, side)), VARIATIONS):
            batch = batch.to(device)
            for group in optimizer.param_groups:
                warm = min(1.0, (state["step"] + 1) / 40)
                group["lr"] = args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
            if args.stage == "draft":
                loss = draft_loss(net, batch)
            else:
                output, draft = refined(net, drafts[state["step"] % len(drafts)], batch)
                loss = refine_loss(output, draft, batch)
                if critic and progress > 0.5:
                    loss = loss + args.critic * judged(critic, critic_optimizer, batch, output)
            if not torch.isfinite(loss):
                raise SystemExit(f"The loss is not a number at step {state['step']}; the last good weights are {run / 'last.pt'}.")
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


def judged(critic, optimizer, batch, output):
    """One step of the critic, and its word on the network's picture."""
    ink = batch.inputs[:, :1]
    made, truth = output * (1 - ink), batch.truth * (1 - ink)
    loss = critic_loss(critic, ink, truth, made)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return made_loss(critic, ink, made)


def check(args, run, net, average, optimizer, state, drafts, checks, running, say, budget):
    live = {name: value.clone() for name, value in net.state_dict().items()}
    net.load_state_dict(average)
    psnr, before, better, saturation, sheet = validate(args.stage, net, drafts, checks)
    save_sheet(sheet, run / "sheet.png")
    net.load_state_dict(live)
    # Greyness on pages without hints costs: a guess is part of the product.
    score = psnr + 2 * min(saturation, 0.7)
    left = max(0, budget - state["seconds"]) / 60
    say(f"step {state['step']} loss {np.mean(running or [0]):.4f} val {psnr:.2f} dB (draft {before:.2f}, better {better:.0%}) sat {saturation:.2f} "
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
    saved = read_weights(path, device)
    net.load_state_dict({name: saved[name] for name in net.state_dict()})
    return net.eval()


if __name__ == "__main__":
    main()
