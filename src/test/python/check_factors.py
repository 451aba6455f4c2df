"""Reads the factors of a denoised checkpoint with pyarrow and compares them with its weights.

Each matrix that trawl.json lists must be the one its factors give, to the relative tolerance of its
dtype. Needs numpy, pyarrow, safetensors and torch (for bfloat16).
Run: python src/test/python/check_factors.py DENOISED_CHECKPOINT
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from safetensors import safe_open

TOLERANCE = {"F32": 1e-5, "F16": 1e-3, "BF16": 8e-3, "F64": 1e-5}


def read(path):
    """The tensor of a factor file, dense in float64 (no chance of the same rounding as ours), and its metadata."""
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    about = {key.decode()[6:]: value.decode() for key, value in table.schema.metadata.items()}
    modes = table["mode"].to_numpy()
    rows = np.array(table["factor"].to_pylist(), dtype=np.float64)
    ranks = [int(rank) for rank in about["ranks"].split(",")]
    if about["kind"] == "kruskal":
        c, a, b = (rows[modes == mode][:, : ranks[0]] for mode in range(3))
        weights = np.array(about["weights"].split(","), dtype=np.float64)
        tensor = np.einsum("r,kr,ir,jr->kij", weights, c, a, b, optimize=True)
    else:
        c, a, b = (rows[modes == mode][:, :rank] for mode, rank in enumerate(ranks))
        core = rows[modes == -1][:, : ranks[2]].reshape(ranks)
        tensor = np.einsum("pqr,kp,iq,jr->kij", core, c, a, b, optimize=True)
    assert list(tensor.shape) == [int(size) for size in about["shape"].split(",")], about
    return tensor, about


def stored(folder, name):
    for shard in sorted(folder.glob("*.safetensors")):
        with safe_open(shard, framework="pt") as tensors:
            if name in tensors.keys():
                return tensors.get_tensor(name).double().numpy()
    raise SystemExit(f"{folder} has no tensor {name}")


def main():
    folder = Path(sys.argv[1])
    manifest = json.loads((folder / "trawl.json").read_text())
    worst = 0.0
    for entry in manifest["tensors"]:
        tensor, _ = read(folder / entry["factors"])
        matrix, weights = tensor[entry["slice"]], stored(folder, entry["tensor"])
        candidates = [m for m in (matrix, matrix.T) if m.shape == weights.shape]
        if not candidates:
            raise SystemExit(f"{entry['tensor']}: {weights.shape} is fused with others, which is not checked here")
        error = min(np.linalg.norm(weights - m) / np.linalg.norm(weights) for m in candidates)
        worst = max(worst, error / TOLERANCE[entry["dtype"]])
        print(f"{entry['tensor']}: {error:.2e}")
    if worst > 1:
        raise SystemExit("the weights are not what the factors say")


if __name__ == "__main__":
    main()
