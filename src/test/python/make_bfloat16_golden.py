"""Writes src/test/resources/bfloat16-errors.json: how far the logits that transformers computes in bfloat16 are from those
that it computes in float32, for each tiny model of src/test/resources/forward: the root of the mean square over all logits
of golden.json, and that of the float32 logits themselves.

Needs transformers 5, torch, safetensors. Run from the repository root:

    python src/test/python/make_bfloat16_golden.py
"""
import json
from pathlib import Path

import torch
from forward_models import MODELS
from make_forward_golden import ROOT, padded
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM


def errors(name, spec):
    auto = AutoModelForMaskedLM if spec.masked else AutoModelForCausalLM
    model = auto.from_pretrained(ROOT / name, dtype=torch.bfloat16).eval()
    golden = json.loads((ROOT / name / "golden.json").read_text())
    squares, exact, count = 0.0, 0.0, 0
    for batch in golden["batches"]:
        logits = padded(model, batch["tokens"], model.config.pad_token_id or 0).float()
        for tokens, row, expected in zip(batch["tokens"], logits, batch["logits"]):
            own = row[:len(tokens)].flatten().double()
            right = torch.tensor(expected, dtype=torch.float64)
            squares += float(((own - right) ** 2).sum())
            exact += float((right ** 2).sum())
            count += len(expected)
    return {"error": round((squares / count) ** 0.5, 6), "logits": round((exact / count) ** 0.5, 6)}


def main():
    with torch.inference_mode():
        all_errors = {name: errors(name, spec) for name, spec in sorted(MODELS.items())}
    Path("src/test/resources/bfloat16-errors.json").write_text(json.dumps(all_errors, indent=1) + "\n")
    for name, each in all_errors.items():
        print(f"{name:24} {each['error']:.4f} of {each['logits']:.3f}")


if __name__ == "__main__":
    main()
