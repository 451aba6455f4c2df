"""Checks denoised checkpoints against the one they were made of.

Usage: check_denoised.py ORIGINAL DENOISED...

Exits with an error unless, for every DENOISED:
* transformers loads it (the class that config.json names) without missing, unexpected or mismatched weights;
* the tensors that differ from ORIGINAL are those that trawl.json lists, with the relative error it gives;
* everything else is ORIGINAL's: tensors, names and order of shards, other files byte for byte.
"""

import filecmp
import json
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors import safe_open  # noqa: E402


def load(directory):
    architecture = json.loads((directory / "config.json").read_text())["architectures"][0]
    model, loading = getattr(transformers, architecture).from_pretrained(directory, output_loading_info=True)
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        assert not loading.get(problem), f"{directory}: {problem}: {loading[problem]}"
    return sum(parameter.numel() for parameter in model.parameters())


def check_files(original, denoised):
    names = {path.name for path in original.iterdir()}
    added = {path.name for path in denoised.iterdir()} - names
    assert added == {"trawl.json", "factors"}, f"{denoised}: added {added}"
    for name in names:
        if not name.endswith(".safetensors"):
            assert filecmp.cmp(original / name, denoised / name, shallow=False), f"{denoised / name} differs"


def check_tensors(original, denoised):
    manifest = json.loads((denoised / "trawl.json").read_text())
    errors = {}
    for entry in manifest["tensors"]:
        errors.setdefault(entry["tensor"], []).append(entry["relative_error"])
    total = 0
    for file in sorted(original.glob("*.safetensors")):
        with safe_open(file, "pt") as before, safe_open(denoised / file.name, "pt") as after:
            assert list(before.keys()) == list(after.keys()), f"{denoised / file.name}: other tensors"
            for name in before.keys():
                total += 1
                old, new = before.get_tensor(name), after.get_tensor(name)
                assert old.dtype == new.dtype and old.shape == new.shape, f"{denoised}: {name}"
                if name not in errors:
                    assert torch.equal(old.view(torch.uint8), new.view(torch.uint8)), f"{denoised}: {name} changed"
                elif len(errors[name]) == 1:
                    old, new = old.double(), new.double()
                    error = ((new - old).norm() / old.norm()).item()
                    assert abs(error - errors[name][0]) < 1e-6, f"{denoised}: {name}: {error} is not {errors[name]}"
    changed = len(errors)
    return changed, total, sum(map(sum, errors.values())) / sum(map(len, errors.values()))


def main():
    original, *outputs = map(pathlib.Path, sys.argv[1:])
    print(f"transformers {transformers.__version__}, torch {torch.__version__}")
    for denoised in outputs:
        parameters = load(denoised)
        check_files(original, denoised)
        changed, total, error = check_tensors(original, denoised)
        print(
            f"{denoised.name}: {parameters} parameters load, {changed} of {total} tensors changed,"
            f" mean relative error {error:.4f}"
        )
    sys.exit(0 if outputs else "no denoised checkpoint named")


main()
