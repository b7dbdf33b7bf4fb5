"""Exports two checkpoints into models/weights/ and writes models/manifest.json:
`python publish.py --draft runs/draft/last.pt --refine runs/refine/last.pt --version 3`. What the weights can do, `npm run evaluate`
tells; `npm run evaluate -- --quick --write` notes the numbers that `npm test` holds them to."""
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
    parser.add_argument("--draft-before", type=Path, nargs="*", default=[], help="checkpoints the draft's run went on from")
    parser.add_argument("--refine-before", type=Path, nargs="*", default=[])
    parser.add_argument("--machine", default="2 CPU cores (x86-64, AVX-512), shared")
    args = parser.parse_args()
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
                       "metrics": {"validationPsnr": round(saved["psnr"], 2)}})
    (MODELS / "manifest.json").write_text(json.dumps({"version": args.version, "models": models}, indent=2) + "\n")
    print((MODELS / "manifest.json").read_text())


if __name__ == "__main__":
    main()
