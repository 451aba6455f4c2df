"""Writes src/test/resources/io/github/trawl/evaluation/model/generation-golden.json: the keys of transformers' GenerationConfig with their
defaults, what becomes of a greedy generation with each value of generation-fates.json, and generations with a repetition penalty, by
models of make_forward_golden.py.

Needs transformers 5.24, torch. Run from the repository root: python src/test/python/make_generation_golden.py
"""
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, GenerationConfig

MODELS = Path("src/test/resources/forward")
RESOURCES = Path("src/test/resources/io/github/trawl/evaluation/model")
NEW_TOKENS = 6
PENALISED_TOKENS = 12
LEAST_MARGIN = 1e-3
# model, the file that holds the settings, the settings; a null stands for a key that is absent
PENALTIES = [
    ("llama", "generation_config.json", {"repetition_penalty": 1.3}),
    ("llama", "config.json", {"repetition_penalty": 1.3}),
    ("llama", "generation_config.json", {"repetition_penalty": 0.7}),
    ("gpt2", "generation_config.json", {"repetition_penalty": 1.3, "temperature": 0.2, "do_sample": True, "top_k": 3}),
    ("gemma2", "config.json", {"repetition_penalty": 2.5}),
    ("phi3-longrope-beyond", "generation_config.json", {"repetition_penalty": 1.4}),
    ("opt", "generation_config.json", {"repetition_penalty": None, "no_repeat_ngram_size": 0}),
]


def opened(name, file, settings, folder):
    directory = Path(folder) / "model"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(MODELS / name, directory)
    path = directory / file
    before = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(before | settings))
    return AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()


def generate(model, prompt, count):
    """As lm-evaluation-harness calls it, with what shows how far apart the best two are at least."""
    out = model.generate(
        input_ids=torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long), max_length=len(prompt) + count,
        do_sample=False, pad_token_id=0, use_cache=True)
    return (out if isinstance(out, torch.Tensor) else out.sequences)[0, len(prompt):].tolist()


def margin(model, prompt, count):
    out = model.generate(
        input_ids=torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long), max_length=len(prompt) + count,
        do_sample=False, pad_token_id=0, output_scores=True, return_dict_in_generate=True)
    best = torch.stack(out.scores).topk(2).values
    return float((best[..., 0] - best[..., 1]).min())


def prompts(name):
    golden = json.loads((MODELS / name / "golden.json").read_text())
    return [each["prompt"] for each in golden["continuations"]]


def outcome(settings, expected, folder):
    """What transformers does with settings: the same as without, another text, or nothing, as it refuses them."""
    try:
        model = opened("llama", "generation_config.json", settings, folder)
        return "same" if [generate(model, prompt, NEW_TOKENS) for prompt in prompts("llama")] == expected else "other"
    except Exception as e:  # As many types as settings.
        return f"refused: {type(e).__name__}"


def outcomes(folder):
    fates = json.loads((RESOURCES / "generation-fates.json").read_text())
    plain = opened("llama", "generation_config.json", {}, folder)
    # A token that ends one of the texts, so that settings about ends show.
    end = generate(plain, prompts("llama")[0], NEW_TOKENS)[3]
    ended = {"eos_token_id": end}
    expected = [generate(opened("llama", "generation_config.json", ended, folder), prompt, NEW_TOKENS) for prompt in prompts("llama")]
    made = {}
    for key, fate in fates.items():
        values = [fate["probe"]] + fate.get("neutral", [])
        made[key] = [outcome(ended | {key: value}, expected, folder) for value in values]
        print(f"{key:34} {fate['fate']:10} {made[key]}")
    return made


def penalties(folder):
    for name, file, settings in PENALTIES:
        model = opened(name, file, settings, folder)
        model.generation_config.eos_token_id = None
        limit = getattr(model.config, "max_position_embeddings", 64)
        texts = []
        for prompt in prompts(name):
            count = min(PENALISED_TOKENS, limit - len(prompt))
            new = generate(model, prompt, count)
            least = margin(model, prompt, count)
            assert least > LEAST_MARGIN, (name, prompt, least)
            texts.append({"prompt": prompt, "new": new})
        plain = opened(name, "generation_config.json", {}, folder)
        changes = any(generate(plain, each["prompt"], len(each["new"])) != each["new"] for each in texts)
        assert changes == (settings["repetition_penalty"] is not None), name
        print(name, file, settings, texts[0]["new"])
        yield {"model": name, "file": file, "settings": settings, "texts": texts}


def main():
    transformers.logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    config = GenerationConfig()
    defaults = config._get_default_generation_params()
    keys = {key: defaults.get(key) for key in vars(config) if key not in ("_original_object_hash",)}
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        golden = {
            "transformers": transformers.__version__, "keys": keys, "outcomes": outcomes(folder), "penalties": list(penalties(folder))}
    lines = [f'  "transformers": {json.dumps(golden["transformers"])}', f'  "keys": {json.dumps(keys)}']
    lines.append('  "outcomes": {\n' + ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in golden["outcomes"].items()) + "\n  }")
    lines.append('  "penalties": [\n' + ",\n".join(f"    {json.dumps(each)}" for each in golden["penalties"]) + "\n  ]")
    (RESOURCES / "generation-golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
