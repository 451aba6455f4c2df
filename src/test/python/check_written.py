"""Loads every safetensors file below a directory with the safetensors package.

Run by hand on what Trawl wrote: python src/test/python/check_written.py DIR
"""

import pathlib
import sys

from safetensors import safe_open

files = sorted(pathlib.Path(sys.argv[1]).rglob("*.safetensors"))
for file in files:
    with safe_open(file, framework="pt") as opened:
        names = list(opened.keys())
        total = sum(opened.get_tensor(name).numel() for name in names)
        print(f"{file}: {len(names)} tensors, {total} elements, metadata {opened.metadata()}")
sys.exit(0 if files else f"no safetensors file below {sys.argv[1]}")
