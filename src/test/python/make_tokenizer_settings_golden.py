"""Writes src/test/resources/io/github/trawl/evaluation/text/settings.json: what transformers encodes with the small tokenizers of
make_tokenizer_golden.py when tokenizer_config.json says something else than tokenizer.json, or special tokens stand in its vocabulary only.

Writes ends.json, too: the tokens that end a generation, for contents of generation_config.json and config.json.
Needs tokenizers, transformers and torch. Run from the repository root: python src/test/python/make_tokenizer_settings_golden.py
"""

import json
import tempfile
from pathlib import Path

from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig

ROOT = Path("src/test/resources/io/github/trawl/evaluation/text")
TEXTS = ["The capital", "naïve CAFÉ", " ship", "日本 sea", "a {eos} b {mask} c", "{bos}The hat"]
SPECIAL = {
    "bert": {"mask_token": "[MASK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"},
    "roberta": {"bos_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>"},
    "llama": {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
    "gpt2": {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"},
}
# tokenizer, settings beside the special tokens, whether tokenizer.json lists no added tokens
CASES = [
    ("bert", {"tokenizer_class": "BertTokenizer", "do_lower_case": False}, False),
    ("bert", {"tokenizer_class": "BertTokenizerFast", "do_lower_case": False, "strip_accents": True}, False),
    ("bert", {"tokenizer_class": "BertTokenizer", "tokenize_chinese_chars": False}, False),
    ("bert", {"tokenizer_class": "BertTokenizer"}, True),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": True}, False),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer"}, True),
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True}, False),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "add_eos_token": True}, False),
    ("llama", {"tokenizer_class": "LlamaTokenizer", "add_bos_token": False}, False),
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": True}, False),
    ("roberta", {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True}, False),
    ("llama", {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, "add_eos_token": True}, False),
    ("llama", {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": False}, True),
]


def golden(name, settings, bare):
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = json.loads((ROOT / name / "tokenizer.json").read_text())
        if bare:
            tokenizer["added_tokens"] = []
        (Path(folder) / "tokenizer.json").write_text(json.dumps(tokenizer))
        config = SPECIAL[name] | settings
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(config))
        made = AutoTokenizer.from_pretrained(folder)
        cases = []
        for text in TEXTS:
            spelt = {key: getattr(made, f"{key}_token") or "" for key in ("bos", "eos", "mask")}
            text = text.format(**spelt)
            ids = made.encode(text, add_special_tokens=False)
            cases.append({
                "text": text, "with_special": made.encode(text), "without_special": ids,
                "decoded": made.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)})
        return {
            "tokenizer": name, "config": config, "bare": bare, "cases": cases, "bos": made.bos_token_id, "eos": made.eos_token_id,
            "mask": made.mask_token_id}


# generation_config.json, eos_token_id of config.json ("absent" if it has no such key)
GENERATIONS = [
    (None, 7), (None, [7, 8]), (None, None), (None, "absent"), ({}, [7, 8]), ({"eos_token_id": 9}, [7, 8]), ({"eos_token_id": [9, 3]}, 7),
    ({"eos_token_id": None}, 7), ({"max_length": 20}, "absent")]


def ends():
    small = LlamaConfig(
        hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, vocab_size=32)
    result = []
    with tempfile.TemporaryDirectory() as folder:
        AutoModelForCausalLM.from_config(small).save_pretrained(folder)
        config = Path(folder) / "config.json"
        base = {key: value for key, value in json.loads(config.read_text()).items() if key != "eos_token_id"}
        for generation, end in GENERATIONS:
            model = {} if end == "absent" else {"eos_token_id": end}
            config.write_text(json.dumps(base | model))
            file = Path(folder) / "generation_config.json"
            file.unlink(missing_ok=True)
            if generation is not None:
                file.write_text(json.dumps(generation))
            found = AutoModelForCausalLM.from_pretrained(folder).generation_config.eos_token_id
            result.append({
                "generation": generation, "model": model, "ends": found if isinstance(found, list) else [] if found is None else [found]})
    return result


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(golden(*case)) for case in CASES)
    (ROOT / "settings.json").write_text(f"[\n{lines}\n]\n")
    lines = ",\n".join(json.dumps(each) for each in ends())
    (ROOT / "ends.json").write_text(f"[\n{lines}\n]\n")
