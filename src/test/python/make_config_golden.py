"""Writes src/test/resources/io/github/trawl/evaluation/model/config-keys.json: for each model type that can be run the keys of its
configuration class in transformers with their defaults, those of the base class left out.

Needs transformers 5. Run from the repository root: python src/test/python/make_config_golden.py
"""
import dataclasses
import json
from pathlib import Path

import transformers
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

TARGET = Path("src/test/resources/io/github/trawl/evaluation/model/config-keys.json")
TYPES = (
    "bert camembert distilbert gemma gemma2 gemma3_text gpt2 gpt_neox gptj llama mistral opt phi phi3 qwen2 qwen3 roberta smollm3 "
    "xlm-roberta").split()


def defaults(config_class):
    return {
        field.name: None if field.default is dataclasses.MISSING else field.default
        for field in dataclasses.fields(config_class)}


if __name__ == "__main__":
    base = defaults(transformers.PreTrainedConfig)
    golden = {"transformers": transformers.__version__, "base": sorted(base)}
    for name in TYPES:
        golden[name] = {key: value for key, value in defaults(CONFIG_MAPPING[name]).items() if key not in base}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
