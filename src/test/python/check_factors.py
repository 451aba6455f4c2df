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
import pyarrow.compute as pc
from safetensors import safe_open

TOLERANCE = {"F32": 1e-5, "F16": 1e-3, "BF16": 8e-3, "F64": 1e-5}


def read(path, rank, seed):
    """One tensor of a factor file, dense in float64 (no chance of the same rounding as ours)."""
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    about = {key.decode()[6:]: value.decode() for key, value in table.schema.metadata.items()}
    assert about["format"] == "2", about
    members = json.loads(about["members"])
    nested = about["nested"] == "true"
    number = 0 if nested else next(i for i, m in enumerate(members) if (m["rank"], m["seed"]) == (rank, seed))
    table = table.filter(pc.equal(table["tensor"], number))
    modes = table["mode"].to_numpy()

    def rows(mode):
        return np.array(table["factor"].filter(pa.array(modes == mode)).to_pylist(), dtype=np.float64)

    c, a, b, core = rows(0), rows(1), rows(2), rows(-1)
    if about["kind"] == "kruskal":
        weights, c, a, b = core[0][:rank], c[:, :rank], a[:, :rank], b[:, :rank]
        tensor = np.einsum("r,kr,ir,jr->kij", weights, c, a, b, optimize=True)
    else:
        core = core.reshape(json.loads(about["tensors"])[number]["ranks"])
        tensor = np.einsum("pqr,kp,iq,jr->kij", core, c, a, b, optimize=True)
    assert list(tensor.shape) == [int(size) for size in about["shape"].split(",")], about
    return tensor


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
        tensor = read(folder / entry["factors"], entry["rank"], entry["seed"])
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
