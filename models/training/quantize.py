"""Tries 8-bit weights and activations: `python quantize.py [--scenes 24]`. Writes runs/int8/STAGE.onnx from ../weights/STAGE.onnx and
prints, beside float32 in the same run: size, milliseconds of a page of 512, and what people see of both pictures.

U8S8, per channel, calibrated on validation scenes (ONNX Runtime, onnxruntime.quantization); the first and last layers stay float, for
they read and write colors. Nothing is published by it.
"""
import argparse
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from colordiff import ciede2000
from scene import full_inputs, halve, make_scene
from segments import flats_of
from tiles import load_tiles

HERE = Path(__file__).parent
SIDE = 512


class Inputs(CalibrationDataReader):
    def __init__(self, arrays):
        self._rest = iter(arrays)

    def get_next(self):
        array = next(self._rest, None)
        return None if array is None else {"input": array[None]}


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(network, inputs):
    return network.run(None, {"input": inputs[None]})[0][0]


def refine_inputs(inputs, segments, draft):
    """As train.py makes them: the draft brought up to the page's size, and its flats."""
    up = np.repeat(np.repeat(draft, 2, 1), 2, 2)
    flats = flats_of(np.ascontiguousarray(up), segments, int(segments.max()) + 1, inputs[0])
    return np.concatenate([inputs[:4], up, inputs[4:9], flats])


def quantized(source: Path, target: Path, arrays):
    """Everything but what touches colors: the stem, the head's guide and its last layer."""
    convolutions = [node.name for node in onnx.load(str(source)).graph.node if node.op_type == "Conv"]
    outer = [name for name in convolutions if "stem" in name or "/head/" in name]
    target.parent.mkdir(parents=True, exist_ok=True)
    quantize_static(str(source), str(target), Inputs(arrays), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, nodes_to_exclude=outer, op_types_to_quantize=["Conv"])


def milliseconds(networks, inputs, rounds=15):
    """Medians, the networks taking turns."""
    times = [[] for _ in networks]
    for _ in range(rounds):
        for own, network in zip(times, networks):
            began = time.perf_counter()
            run(network, inputs)
            own.append(1000 * (time.perf_counter() - began))
    return [float(np.median(own)) for own in times]


def difference(one, other, paper):
    """Mean CIEDE2000 of two layers on paper."""
    where = paper > 0.75
    return float(ciede2000(one[:, where].T, other[:, where].T).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tiles", type=Path, default=HERE.parent / "data" / "cache" / "tiles")
    args = parser.parse_args()
    tiles = load_tiles(args.tiles, ["val"])
    order = np.random.default_rng(3).permutation(len(tiles))[: args.scenes]
    scenes = [make_scene(np.random.default_rng([3, i]), tiles[at], SIDE, others=tiles) for i, at in enumerate(order)]
    full = [full_inputs(scene) for scene in scenes]
    weights = {stage: HERE.parent / "weights" / f"{stage}.onnx" for stage in ("draft", "refine")}
    small = {stage: HERE / "runs" / "int8" / f"{stage}.onnx" for stage in weights}
    draft = session(weights["draft"], args.threads)
    inputs = {"draft": [halve(one) for one in full]}
    inputs["refine"] = [refine_inputs(one, scene.segments, run(draft, half)) for one, scene, half in zip(full, scenes, inputs["draft"])]
    for stage in weights:
        quantized(weights[stage], small[stage], inputs[stage][: args.scenes // 2])
        pair = [session(path, args.threads) for path in (weights[stage], small[stage])]
        ms = milliseconds(pair, inputs[stage][0])
        apart = [difference(*(run(network, one).clip(0, 1) for network in pair), 1 - one[0]) for one in inputs[stage][args.scenes // 2:]]
        print(f"{stage}: {weights[stage].stat().st_size} -> {small[stage].stat().st_size} bytes, {ms[0]:.1f} -> {ms[1]:.1f} ms, "
              f"pictures differ by CIEDE2000 {np.median(apart):.2f} (worst of {len(apart)}: {max(apart):.2f})")


if __name__ == "__main__":
    main()
