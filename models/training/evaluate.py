"""Measures the exported networks as the product runs them (512 px pages, draft at 256, ONNX Runtime) on held-out pictures:
`python evaluate.py [--pictures 120] [--out runs/metrics.json] [--sheets]`. Everything is seeded: two runs give the same table."""
import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch.nn import functional as F

from colordiff import ciede2000, lab
from hintmap import rgb_of
from raster import fill_region
from scene import full_inputs, halve, make_scene
from sheet import save_sheet
from tiles import load_tiles

HERE = Path(__file__).parent
COUNTS = [0, 3, 10, 30]
SIDE = 512


def open_session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_stages(draft, refine, inputs):
    """(draft at the working size, refined), each [3, s, s]."""
    small = draft.run(None, {"input": halve(inputs)[None]})[0]
    up = F.interpolate(torch.from_numpy(small), scale_factor=2, mode="bilinear", align_corners=False).numpy()[0]
    stacked = np.concatenate([inputs[:4], up, inputs[4:]])[None]
    return up, refine.run(None, {"input": stacked})[0][0]


def bucket_fill(strokes_raster, ink):
    """Every painted patch floods its closed region; the rest stays white."""
    out = np.ones((3, *ink.shape), np.float32)
    seen = np.zeros(ink.shape, bool)
    ys, xs = np.nonzero((strokes_raster != 0) & (ink < 128))
    colors = rgb_of(strokes_raster).astype(np.float32) / 255
    for y, x in zip(ys[::7], xs[::7]):
        if not seen[y, x]:
            mask = fill_region(ink, int(x), int(y), 0) > 0
            seen |= mask
            out[:, mask] = colors[y, x][:, None]
    return out


def psnr(color, truth, paper):
    return float(-10 * np.log10((((color - truth) * paper) ** 2).mean() + 1e-6))


def chroma_of(color, where):
    values = lab(color.transpose(1, 2, 0)[where])
    return float(np.hypot(values[..., 1], values[..., 2]).mean())


def measure(tiles, draft, refine, count, seed):
    rows, samples = [], []
    for number, tile in enumerate(tiles):
        scene = make_scene(np.random.default_rng([seed, count, number]), tile, SIDE, count=count, augment=False)
        inputs = full_inputs(scene)
        first, second = run_stages(draft, refine, inputs)
        truth = scene.truth.transpose(2, 0, 1).astype(np.float32) / 255
        paper = 1 - inputs[:1]
        spread = inputs[4:7] if count else np.ones_like(truth)
        row = {"draft": psnr(first, truth, paper), "refined": psnr(second, truth, paper), "map": psnr(spread, truth, paper),
               "fill": psnr(bucket_fill(scene.hints, scene.ink), truth, paper), "white": psnr(np.ones_like(truth), truth, paper)}
        marked = (scene.near == 255) & (scene.ink < 60)
        if marked.any():
            hint = inputs[4:7].transpose(1, 2, 0)[marked]
            for name, color in (("draft", first), ("refined", second)):
                row[f"{name}Hint"] = float(ciede2000(color.transpose(1, 2, 0)[marked], hint).mean())
        figure = scene.ink < 60
        colored = figure & (truth.max(0) - truth.min(0) > 0.1)
        if colored.sum() > 200:
            row["truthChroma"] = chroma_of(truth, colored)
            row["refinedChroma"] = chroma_of(second, colored)
            row["draftChroma"] = chroma_of(first, colored)
        background = (tile.layer()[..., 3] < 8) & figure
        if background.sum() > 2000:
            row["paperError"] = float(np.abs(second - truth)[:, background].mean() * 255)
        rows.append(row)
        if number < 24:
            samples.append(tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in (inputs, truth, first, second)))
    return rows, samples


def summary(rows):
    mean = lambda key: round(float(np.mean([row[key] for row in rows if key in row])), 2)
    out = {"pictures": len(rows), "psnr": {name: mean(name) for name in ("white", "fill", "map", "draft", "refined")}}
    if any("draftHint" in row for row in rows):
        out["hintCiede2000"] = {"draft": mean("draftHint"), "refined": mean("refinedHint")}
    truth = sum(row.get("truthChroma", 0) for row in rows)
    out["chromaRatio"] = {s: round(sum(row.get(f"{s}Chroma", 0) for row in rows) / max(truth, 1e-6), 2) for s in ("draft", "refined")}
    out["paperError"] = mean("paperError") if any("paperError" in row for row in rows) else None
    out["refinedBetter"] = round(float(np.mean([row["refined"] > row["draft"] for row in rows])), 3)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tiles", type=Path, default=HERE.parent / "data" / "cache" / "tiles")
    parser.add_argument("--weights", type=Path, default=HERE.parent / "weights")
    parser.add_argument("--pictures", type=int, default=120)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "metrics.json")
    parser.add_argument("--sheets", action="store_true")
    args = parser.parse_args()
    draft, refine = open_session(args.weights / "draft.onnx"), open_session(args.weights / "refine.onnx")
    result = {}
    for split in ("test", "style"):
        tiles = load_tiles(args.tiles, [split])
        order = np.random.default_rng(7).permutation(len(tiles))[: args.pictures]
        for count in COUNTS:
            rows, samples = measure([tiles[i] for i in order], draft, refine, count, seed=11)
            result.setdefault(split, {})[str(count)] = summary(rows)
            print(split, count, json.dumps(summary(rows)), flush=True)
            if args.sheets:
                args.out.parent.mkdir(parents=True, exist_ok=True)
                save_sheet(samples, args.out.parent / f"sheet-{split}-{count}.png", columns=2)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
