"""Writes a network as ONNX: input `input`, output `output`, dynamic n, h, w, opset 17, float32."""
import hashlib
from pathlib import Path

import onnx
import torch


def export(net, channels: int, path: Path) -> dict:
    """Exports, drops the doc strings and names of the exporting machine, and returns what the manifest says of the file."""
    net = net.float().eval().cpu().to(memory_format=torch.contiguous_format)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    axes = {0: "n", 2: "h", 3: "w"}
    torch.onnx.export(
        net,
        (torch.zeros(1, channels, 64, 64),),
        str(temporary),
        input_names=["input"],
        output_names=["output"],
        dynamic_axes={"input": axes, "output": axes},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(temporary))
    model.producer_version = ""
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, str(temporary))
    temporary.replace(path)
    data = path.read_bytes()
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "parameters": sum(p.numel() for p in net.parameters()),
    }
