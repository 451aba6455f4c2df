"""Writes src/test/resources/forward/NAME: tiny randomly initialised models saved by transformers, and golden.json with what
transformers computes for them in float32: logits of padded batches and greedy continuations.

Needs transformers 5, torch, safetensors. Run from the repository root, with names to make only those:

    python src/test/python/make_forward_golden.py [NAME ...]
"""
import json
import shutil
import sys
from pathlib import Path

import torch
from forward_models import MODELS
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM

ROOT = Path("src/test/resources/forward")
LENGTHS = (11, 4, 1, 7)
NEW_TOKENS = 6


def randomise(model):
    """Weights of a spread at which a wrong formula shows; no bias is zero and no norm is one."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape)
            is_norm = parameter.dim() == 1 and name.endswith("weight")
            parameter.copy_(parameter + 0.2 * noise if is_norm else 0.3 * noise)


def batches(vocabulary, pad):
    tokens = [torch.randint(3, vocabulary, (length,)).tolist() for length in LENGTHS]
    return [tokens, tokens[:1], [tokens[3], tokens[3][::-1]]]


def padded(model, tokens, pad):
    length = max(map(len, tokens))
    ids = torch.tensor([each + [pad] * (length - len(each)) for each in tokens])
    mask = torch.tensor([[1] * len(each) + [0] * (length - len(each)) for each in tokens])
    return model(input_ids=ids, attention_mask=mask).logits


def digits(values):
    return [float(f"{value:.8g}") for value in values.flatten().tolist()]


def continuation(model, prompt):
    """Greedy, and how far apart the two best logits are at least: closer ones would prove nothing."""
    out = model.generate(
        torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long), do_sample=False,
        max_new_tokens=NEW_TOKENS, eos_token_id=None, pad_token_id=0, output_logits=True, return_dict_in_generate=True)
    best = torch.stack(out.logits).topk(2).values
    return out.sequences[0, len(prompt):].tolist(), float((best[..., 0] - best[..., 1]).min())


def save(model, directory, spec):
    shutil.rmtree(directory, ignore_errors=True)
    model.to(spec.dtype)
    model.save_pretrained(directory, **spec.save)
    for file in directory.glob("generation_config.json"):
        file.unlink()
    if spec.rename:
        file = directory / "model.safetensors"
        save_file({spec.rename(name): tensor for name, tensor in load_file(file).items()}, file, metadata={"format": "pt"})
    if spec.config:
        file = directory / "config.json"
        file.write_text(json.dumps(spec.config(json.loads(file.read_text())), indent=2) + "\n")


def make(name, spec):
    torch.manual_seed(20261124)
    directory = ROOT / name
    auto = AutoModelForMaskedLM if spec.masked else AutoModelForCausalLM
    model = auto.from_config(spec.make()).eval()
    randomise(model)
    save(model, directory, spec)
    model = auto.from_pretrained(directory, dtype=torch.float32).eval()
    pad = model.config.pad_token_id or 0
    golden = {"batches": [], "continuations": []}
    with torch.no_grad():
        for tokens in batches(model.config.vocab_size, pad):
            if spec.alone:
                logits = torch.zeros(len(tokens), max(map(len, tokens)), model.config.vocab_size)
                for row, each in zip(logits, tokens):
                    row[:len(each)] = padded(model, [each], pad)[0]
            else:
                logits = padded(model, tokens, pad)
            rows = [digits(logits[i, :len(each)]) for i, each in enumerate(tokens)]
            golden["batches"].append({"tokens": tokens, "logits": rows})
        if not spec.masked:
            for prompt in golden["batches"][0]["tokens"]:
                new, margin = continuation(model, prompt)
                golden["continuations"].append({"prompt": prompt, "new": new, "margin": margin})
    golden["spread"] = float(logits.std())
    (directory / "golden.json").write_text(json.dumps(golden) + "\n")
    size = sum(file.stat().st_size for file in directory.iterdir())
    margins = [each["margin"] for each in golden["continuations"]]
    print(f"{name:24} {size:7d} bytes, std of logits {golden['spread']:.2f}, smallest margin {min(margins, default=0):.3f}")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or MODELS:
        make(wanted, MODELS[wanted])
