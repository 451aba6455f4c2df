"""Writes src/test/resources/io/github/trawl/evaluation/model/config-keys.json: for each model type that can be run the keys of its
configuration class in transformers with their defaults, those of the base class left out; and the keys that reach a model in other ways:

* base: the fields of the base class, and what it takes out of a config.json by name;
* generation: settings of generation, which transformers takes out of a config.json that has no generation_config.json beside it;
* read: what the code that all models share reads from a configuration, whether or not a class has such a field;
* aliases: for each type the keys that stand for others (attribute_map);
* modeling: for each type what the code of its models reads, where no class has such a field.

Needs transformers 5. Run from the repository root: python src/test/python/make_config_golden.py
"""
import ast
import dataclasses
import json
from pathlib import Path

import transformers
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

SOURCE = Path(transformers.__file__).parent
TARGET = Path("src/test/resources/io/github/trawl/evaluation/model/config-keys.json")
TYPES = (
    "bert camembert distilbert gemma gemma2 gemma3_text gpt2 gpt_neox gptj llama mistral opt phi phi3 qwen2 qwen3 roberta smollm3 "
    "xlm-roberta").split()
# With layer_types a mistral is loaded as a ministral.
FOLDERS = {"gemma3_text": ["gemma3"], "mistral": ["mistral", "ministral"], "xlm-roberta": ["xlm_roberta"]}
SHARED = (
    "cache_utils.py core_model_loading.py generation/configuration_utils.py generation/utils.py masking_utils.py modeling_layers.py "
    "modeling_rope_utils.py modeling_utils.py utils/generic.py").split()
CONFIGS = {"config", "decoder_config", "effective_config", "layer_config", "model_config", "text_config"}
# Arguments of from_pretrained, which a config.json does not hold.
ARGUMENTS = set(
    "cache_dir commit_message force_download gguf_file local_files_only proxies repo_id return_unused_kwargs revision subfolder token "
    "trust_remote_code".split())


def defaults(config_class):
    return {
        field.name: None if field.default is dataclasses.MISSING else field.default
        for field in dataclasses.fields(config_class)}


def is_config(node):
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get_text_config"
    return getattr(node, "attr", getattr(node, "id", None)) in CONFIGS


def text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def reads(path):
    """The X of config.X, getattr(config, "X") and hasattr(config, "X"); private names, which are set in the program, and methods left out."""
    keys = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and is_config(node.value):
            keys.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr"):
            if is_config(node.args[0]):
                keys.add(text(node.args[1]))
    methods = {name for name in dir(transformers.PreTrainedConfig) if callable(getattr(transformers.PreTrainedConfig, name, None))}
    # The model_type is what chooses the class.
    return {key for key in keys - methods - {"get", "model_type"} if key and not key.startswith("_")}


def taken():
    """The X of kwargs.pop("X") and kwargs.get("X") in the base class."""
    keys = set()
    for node in ast.walk(ast.parse((SOURCE / "configuration_utils.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("pop", "get"):
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "kwargs":
                keys.add(text(node.args[0]))
    return {key for key in keys - ARGUMENTS if key and not key.startswith("_")}


if __name__ == "__main__":
    base = defaults(transformers.PreTrainedConfig)
    golden = {"transformers": transformers.__version__, "base": sorted(base.keys() | taken())}
    golden["generation"] = sorted(transformers.GenerationConfig._get_default_generation_params())
    golden["read"] = sorted(set.union(*(reads(SOURCE / name) for name in SHARED)))
    golden["aliases"] = {name: CONFIG_MAPPING[name].attribute_map for name in TYPES if CONFIG_MAPPING[name].attribute_map}
    known = set(golden["base"]) | set(golden["read"])
    golden["modeling"] = {}
    for name in TYPES:
        files = [SOURCE / f"models/{folder}/modeling_{folder}.py" for folder in FOLDERS.get(name, [name])]
        own = known | defaults(CONFIG_MAPPING[name]).keys() | CONFIG_MAPPING[name].attribute_map.keys()
        golden["modeling"][name] = sorted(set.union(*map(reads, files)) - own)
    for name in TYPES:
        golden[name] = {key: value for key, value in defaults(CONFIG_MAPPING[name]).items() if key not in base}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in golden.items()]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
