"""A sheet of samples to look at: lines with hints, truth, map, draft, result; lines on color as people see them."""
from pathlib import Path

import numpy as np
from PIL import Image

CELL = 192


def save_sheet(samples, path: Path, columns=3):
    """`samples`: (inputs [12, s, s], truth, draft, color [3, s, s]) tensors."""
    rows = []
    for inputs, truth, draft, color in samples:
        inputs = inputs.cpu().numpy()
        paper = 1 - inputs[:1]
        hints = np.where(inputs[1:2] >= 0, inputs[1:4], paper)
        pictures = [hints, truth.cpu().numpy() * paper, inputs[4:7] * paper, draft.cpu().numpy() * paper, color.cpu().numpy() * paper]
        rows.append(np.concatenate([_picture(p) for p in pictures], 1))
    while len(rows) % columns:
        rows.append(np.full_like(rows[0], 255))
    sheet = np.concatenate([np.concatenate(rows[i: i + columns], 1) for i in range(0, len(rows), columns)], 0)
    Image.fromarray(sheet).save(path)


def _picture(color):
    image = Image.fromarray((np.clip(color.transpose(1, 2, 0), 0, 1) * 255 + 0.5).astype(np.uint8))
    return np.pad(np.asarray(image.resize((CELL - 2, CELL - 2), Image.BILINEAR)), ((0, 2), (0, 2), (0, 0)), constant_values=255)
