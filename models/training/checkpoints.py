"""Weights as files: a training run's checkpoint (.pt), or what publish.py made of one (.onnx), which has the same names."""
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper


def read_weights(path: Path, device="cpu") -> dict:
    """The averaged weights by their names in the network."""
    if path.suffix != ".onnx":
        return torch.load(path, map_location=device)["net"]
    tensors = onnx.load(str(path)).graph.initializer
    return {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()).to(device) for t in tensors}


def load_weights(net, saved):
    """Loads weights of an older network with fewer inputs: the new inputs begin without influence. Shapes that differ in any
    other way are left as they are."""
    own = net.state_dict()
    for name, value in saved.items():
        if name in own and own[name].shape == value.shape:
            own[name].copy_(value)
        elif name in own and value.dim() == 4 and own[name].shape[0] == value.shape[0] and own[name].shape[2:] == value.shape[2:]:
            own[name].zero_()
            own[name][:, : value.shape[1]].copy_(value)
    net.load_state_dict(own)
