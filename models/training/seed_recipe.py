"""Trains the seed's recipe on our data: `python seed_recipe.py --minutes 30 [--label-noise 0] [--resume]`.

As its paper tells it: both stages L1 + 0.01 BCE against a discriminator, 5 % of whose labels are flipped, Adam. Half the time
is the draft's; the refine stage learns on drafts of the half-trained draft network, rounded to 8 bits. What differs: the data
(seed_feed.py), `--base 16` for 64 where no GPU is at hand, and a rate of 3e-3 for 1e-2 (see RATE). The clock is the budget.
Writes the run's folder (checkpoints, log.txt, sheet.png) and, to --out, draft.onnx, refine.onnx and seed.json.
"""
import argparse
import json
import math
import os
import time
from pathlib import Path

# Threads that wait spinning bring a shared machine to a crawl.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from export import export
from precision import fast_precision
from seed_feed import BLUR_SIGMA, SIZE, SeedFeed, sample_of, stacked, stroke_sample
from seed_networks import CHANNELS, SeedDiscriminator, SeedNet
from tiles import load_tiles

HERE = Path(__file__).parent
# From trials of about a minute a stage only: at the paper's 1e-2 the refine stage gave one flat color, 1e-3 learned slower.
RATE = 3e-3
ADVERSARIAL = 0.01
SAVE_SECONDS = 60


def labels(count, real, noise):
    """1 for real and 0 for made, `noise` of them the other way round."""
    return torch.logical_xor(torch.full((count,), real), torch.rand(count) < noise).float()


def refine_inputs(inputs, draft):
    """The draft as an 8-bit picture gives it back."""
    return torch.cat([inputs, (draft * 255).round() / 255], 1)


def train_step(nets, optimizers, x, picture, noise):
    """One step of both networks: (L1, the generator's BCE, the discriminator's)."""
    net, critic = nets
    device, hint = x.device.type, x[:, 1:4]
    with fast_precision(device):
        made = net(x.contiguous(memory_format=torch.channels_last))
        on_real, on_made = critic(picture, hint), critic(made.detach(), hint)
    judged = lambda logit, real, flips: F.binary_cross_entropy_with_logits(logit.float(), labels(len(x), real, flips).to(x.device))
    critic_loss = judged(on_real, True, noise) + judged(on_made, False, noise)
    optimizers[1].zero_grad(set_to_none=True)
    critic_loss.backward()
    optimizers[1].step()
    critic.requires_grad_(False)
    with fast_precision(device):
        fooled = judged(critic(made, hint), True, 0)
    critic.requires_grad_(True)
    l1 = (made.float() - picture).abs().mean()
    optimizers[0].zero_grad(set_to_none=True)
    (l1 + ADVERSARIAL * fooled).backward()
    optimizers[0].step()
    return l1.item(), fooled.item(), critic_loss.item()


def train(stage, args, feed, half, device, say):
    """Returns the trained generator and its state. `half` is the half-trained draft network that the refine stage needs."""
    path, halfway = args.run / f"{stage}.pt", args.run / f"{stage}-half.pt"
    torch.manual_seed(args.seed)
    net = SeedNet(CHANNELS[stage], args.base).to(device, memory_format=torch.channels_last)
    critic = SeedDiscriminator(args.base, SIZE).to(device, memory_format=torch.channels_last)
    nets = (net, critic)
    optimizers = [torch.optim.Adam(part.parameters(), lr=args.rate, betas=(0.5, 0.999)) for part in nets]
    state = {"step": 0, "samples": 0, "seconds": 0.0}
    if args.resume and path.exists():
        saved = torch.load(path, map_location=device)
        for part, values in zip((*nets, *optimizers), saved["parts"]):
            part.load_state_dict(values)
        state = saved["state"]

    def keep(to):
        parts = [part.state_dict() for part in (*nets, *optimizers)]
        torch.save({"parts": parts, "net": net.state_dict(), "state": state, "base": args.base}, to.with_suffix(".part"))
        to.with_suffix(".part").replace(to)

    budget, began = args.minutes * 30, time.time() - state["seconds"]
    next_save, running = state["seconds"] + SAVE_SECONDS, []
    while state["seconds"] < budget:
        for inputs, picture in feed.batches(state["step"], 4, args.batch):
            inputs, picture = inputs.to(device), picture.to(device)
            if half is not None:
                with torch.no_grad(), fast_precision(device):
                    inputs = refine_inputs(inputs, half(inputs).float())
            running.append(train_step(nets, optimizers, inputs, picture, args.label_noise))
            if not all(map(math.isfinite, running[-1])):
                raise SystemExit(f"{stage}: the loss is not a number at step {state['step']}; {path.name} is the last good checkpoint.")
            state["step"] += 1
            state["samples"] += len(picture)
        state["seconds"] = time.time() - began
        if stage == "draft" and state["seconds"] >= budget / 2 and not halfway.exists():
            keep(halfway)
        if state["seconds"] >= min(next_save, budget):
            next_save = state["seconds"] + SAVE_SECONDS
            keep(path)
            left = max(0, budget - state["seconds"]) / 60 + (args.minutes / 2 if stage == "draft" else 0)
            l1, fooled, critic_loss = np.mean(running, 0)
            running = []
            say(f"{stage} step {state['step']} l1 {l1:.4f} bce {fooled:.2f} critic {critic_loss:.2f} "
                f"{state['samples'] / state['seconds']:.1f} pictures/s, {left:.1f} min left, "
                f"ends {time.strftime('%H:%M', time.localtime(time.time() + left * 60))}")
    return net, state


def checkerboard(picture):
    """Mean strength of the finest checkerboard, in levels of 255; what upsampling leaves behind."""
    a, b, c, d = picture[..., :-1, :-1], picture[..., :-1, 1:], picture[..., 1:, :-1], picture[..., 1:, 1:]
    return (a - b - c + d).abs().mean().item() / 4 * 255


def measures(made, picture):
    psnr = -10 * torch.log10((made - picture).pow(2).mean((1, 2, 3)) + 1e-6)
    return {"l1": round((made - picture).abs().mean().item(), 4), "psnr": round(psnr.mean().item(), 2),
            "checkerboard": round(checkerboard(made), 2), "checkerboardOfTruth": round(checkerboard(picture), 2)}


@torch.no_grad()
def validate(draft, refine, tiles, count):
    """Draft and refined against the truth, with hints as in training and as people give them; and pictures to look at."""
    result, rows = {}, []
    order = np.random.default_rng(7).permutation(len(tiles))[:count]
    for name, strokes in (("trainingHints", None), ("strokes3", 3), ("strokes10", 10)):
        samples = []
        for number, at in enumerate(order):
            rng = np.random.default_rng([11, number])
            samples.append(sample_of(rng, tiles[at]) if strokes is None else stroke_sample(rng, tiles[at], strokes))
        device = next(draft.parameters()).device
        inputs, picture = (part.to(device) for part in stacked(samples))
        first = torch.cat([draft(part) for part in inputs.split(8)])
        second = torch.cat([refine(part) for part in refine_inputs(inputs, first).split(8)])
        result[name] = {"draft": measures(first, picture), "refined": measures(second, picture)}
        for i in range(min(4, count)):
            rows.append(torch.cat([inputs[i, :1].expand(3, -1, -1), inputs[i, 1:], picture[i], first[i], second[i]], 2))
    sheet = (torch.cat(rows, 1).permute(1, 2, 0).cpu().numpy() * 255 + 0.5).astype(np.uint8)
    return result, Image.fromarray(sheet)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30, help="for both stages together")
    parser.add_argument("--base", type=int, default=16, help="width; 64 is the paper's")
    parser.add_argument("--label-noise", type=float, default=0.05)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--checks", type=int, default=48, help="validation pictures")
    parser.add_argument("--tiles", type=Path, default=HERE.parent / "data" / "cache" / "tiles")
    parser.add_argument("--run", type=Path, default=HERE / "runs" / "seed", help="folder of the checkpoints")
    parser.add_argument("--out", type=Path, default=HERE.parent / "evaluation" / "seed")
    parser.add_argument("--compare", type=Path, help="seed.json of a run with another label noise, to set beside this one's")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    args.run.mkdir(parents=True, exist_ok=True)
    if not args.resume:
        for old in args.run.glob("*.pt"):
            old.unlink()
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    log = open(args.run / "log.txt", "a", buffering=1)

    def say(text):
        print(text, flush=True)
        log.write(text + "\n")

    tiles = load_tiles(args.tiles, ["train"])
    feed = SeedFeed(tiles, args.seed, args.threads)
    say(f"seed: base {args.base}, {len(tiles)} tiles, {device}, label noise {args.label_noise}, {args.minutes} min")
    draft, draft_state = train("draft", args, feed, None, device, say)
    half = SeedNet(CHANNELS["draft"], args.base).to(device)
    half.load_state_dict(torch.load(args.run / "draft-half.pt", map_location=device)["net"])
    refine, refine_state = train("refine", args, feed, half.eval(), device, say)
    result, sheet = validate(draft.eval(), refine.eval(), load_tiles(args.tiles, ["val"]), args.checks)
    sheet.save(args.run / "sheet.png")
    states = (draft_state, refine_state)
    models = {stage: export(net, CHANNELS[stage], args.out / f"{stage}.onnx") for stage, net in (("draft", draft), ("refine", refine))}
    told = {
        "size": SIZE, "base": args.base, "hintBlurSigma": BLUR_SIGMA, "labelNoise": args.label_noise, "rate": args.rate, "seed": args.seed,
        "minutes": round(sum(s["seconds"] for s in states) / 60, 1), "steps": sum(s["step"] for s in states),
        "samples": sum(s["samples"] for s in states), "device": device,
        "inputs": "line art grey 0..1 (1 = paper), then hint RGB 0..1 on white, blurred; refine: then the draft RGB, rounded to 8 bits",
        "output": "the picture RGB 0..1, lines included", "validationPictures": args.checks, "validation": result, "models": models,
    }
    if args.compare:
        other = json.loads(args.compare.read_text())
        told["labelNoiseComparison"] = {str(one["labelNoise"]): one["validation"] for one in (told, other)}
    (args.out / "seed.json").write_text(json.dumps(told, indent=2) + "\n")
    say(json.dumps(result))


if __name__ == "__main__":
    main()
