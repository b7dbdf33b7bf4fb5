"""Exports two checkpoints into models/weights/ and writes models/manifest.json:
`python publish.py --draft runs/draft/best.pt --refine runs/refine/best.pt --version 2 [--metrics runs/metrics.json]`."""
import argparse
import datetime
import json
from pathlib import Path

import torch

from export import export
from networks import DRAFT_INPUTS, REFINE_INPUTS, Draft, Refine

MODELS = Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draft", type=Path, required=True)
    parser.add_argument("--refine", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--metrics", type=Path)
    parser.add_argument("--draft-before", type=Path, nargs="*", default=[], help="checkpoints the draft's run went on from")
    parser.add_argument("--refine-before", type=Path, nargs="*", default=[])
    parser.add_argument("--machine", default="2 CPU cores (x86-64, AVX-512), shared")
    args = parser.parse_args()
    metrics = json.loads(args.metrics.read_text()) if args.metrics else {}
    models = []
    for stage, net, inputs, scale, path in (("draft", Draft(), DRAFT_INPUTS, 0.5, args.draft), ("refine", Refine(), REFINE_INPUTS, 1, args.refine)):
        saved = torch.load(path, map_location="cpu")
        net.load_state_dict(saved["net"])
        file = export(net, len(inputs), MODELS / "weights" / f"{stage}.onnx")
        before = args.draft_before if stage == "draft" else args.refine_before
        states = [torch.load(p, map_location="cpu")["state"] for p in before] + [saved["state"]]
        state = {key: sum(s[key] for s in states) for key in ("step", "samples", "seconds")}
        run = {"seed": saved["seed"], "steps": state["step"], "samples": state["samples"], "minutes": round(state["seconds"] / 60, 1),
               "machine": args.machine, "date": datetime.date.today().isoformat()}
        models.append({"stage": stage, "file": f"weights/{stage}.onnx", **file, "inputs": inputs, "scale": scale, "run": run,
                       "metrics": {"validationPsnr": round(saved["psnr"], 2), **metrics}})
    (MODELS / "manifest.json").write_text(json.dumps({"version": args.version, "models": models}, indent=2) + "\n")
    print((MODELS / "manifest.json").read_text())


if __name__ == "__main__":
    main()
