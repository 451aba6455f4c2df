"""Writes src/test/resources/checkpoint/golden.safetensors with the safetensors package.

Run by hand: python src/test/python/make_safetensors_golden.py
"""

import pathlib

import torch
from safetensors.torch import save_file

TARGET = pathlib.Path(__file__).parents[1] / "resources" / "checkpoint" / "golden.safetensors"
SPECIAL = [0.0, -0.0, 1.0, -2.5, float("inf"), float("-inf"), float("nan"), 1e-7]

tensors = {
    "special.f16": torch.tensor(SPECIAL, dtype=torch.float16),
    "special.bf16": torch.tensor(SPECIAL, dtype=torch.bfloat16),
    "special.f32": torch.tensor(SPECIAL, dtype=torch.float32),
    "special.f64": torch.tensor(SPECIAL, dtype=torch.float64),
    "matrix.f32": torch.arange(6, dtype=torch.float32).reshape(2, 3),
    "counter.i64": torch.tensor([1, -1], dtype=torch.int64),
    "mask.bool": torch.tensor([True, False, True]),
    "scalar.f32": torch.tensor(42.0),
    "empty.f32": torch.zeros((0, 4)),
    "größe.u8": torch.tensor([7], dtype=torch.uint8),
}
save_file(tensors, TARGET, metadata={"format": "pt"})
