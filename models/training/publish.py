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
MANIFEST = MODELS / "manifest.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draft", type=Path, required=True)
    parser.add_argument("--refine", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--continues", nargs="*", default=[], choices=("draft", "refine"), help="stages whose run began at the published weights")
    parser.add_argument("--machine", default="2 CPU cores (x86-64), shared")
    args = parser.parse_args()
    published = {model["stage"]: model["run"] for model in json.loads(MANIFEST.read_text())["models"]} if args.continues else {}
    models = []
    for stage, net, inputs, scale, path in (("draft", Draft(), DRAFT_INPUTS, 0.5, args.draft), ("refine", Refine(), REFINE_INPUTS, 1, args.refine)):
        saved = torch.load(path, map_location="cpu")
        net.load_state_dict(saved["net"])
        file = export(net, len(inputs), MODELS / "weights" / f"{stage}.onnx")
        state = saved["state"]
        run = {"seed": saved["seed"], "steps": state["step"], "samples": state["samples"], "minutes": round(state["seconds"] / 60, 1),
               "machine": args.machine, "date": datetime.date.today().isoformat()}
        if stage in args.continues:
            run |= {key: round(run[key] + published[stage][key], 1) for key in ("steps", "samples", "minutes")}
        models.append({"stage": stage, "file": f"weights/{stage}.onnx", **file, "inputs": inputs, "scale": scale, "run": run,
                       "metrics": {"validationPsnr": round(saved["psnr"], 2)}})
    MANIFEST.write_text(json.dumps({"version": args.version, "models": models}, indent=2) + "\n")
    print(MANIFEST.read_text())


if __name__ == "__main__":
    main()
