"""Writes to src/test/resources/io/github/trawl/evaluation/text what transformers makes of the settings of a tokenizer:

* settings.json: what it encodes with the small tokenizers of make_tokenizer_golden.py when tokenizer_config.json, special_tokens_map.json or
  config.json say something else than tokenizer.json, or special tokens stand in its vocabulary only.
* classes.json: the class that it loads for each name of a tokenizer class that its sources hold, and for the model types that Trawl evaluates.
* ends.json: the tokens that end a generation, for contents of generation_config.json and config.json.

Where transformers builds a tokenizer anew, tokenizer.json has here the parts that transformers gives it: what else it has is kept by Trawl alone.
Needs tokenizers, transformers and torch. Run from the repository root: python src/test/python/make_tokenizer_settings_golden.py
"""

import json
import re
import tempfile
from pathlib import Path

import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig
from transformers.models.auto.tokenization_auto import TOKENIZER_MAPPING_NAMES, tokenizer_class_from_name
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

ROOT = Path("src/test/resources/io/github/trawl/evaluation/text")
TEXTS = [
    "The capital", "naïve CAFÉ", " ship", "日本 sea", "a {eos} b {mask} c", "{bos}The hat",
    "it is n't so , no ? \n . </s>x <end> y  <new> z<0> <new>", "▁<PRE> a▁<MID>"]
SPECIAL = {
    "bert": {"mask_token": "[MASK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"},
    "roberta": {"bos_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>"},
    "llama": {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
    "gpt2": {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"},
    "unigram": {"eos_token": "</s>", "unk_token": "<unk>"},
}
BARE = {"added_tokens": []}


def token(content, identity=None, **flags):
    made = {"content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} | flags
    return made if identity is None else {"id": identity} | made


def size(name):
    return len(json.loads((ROOT / name / "tokenizer.json").read_text())["model"]["vocab"])


def listed(name):
    return json.loads((ROOT / name / "tokenizer.json").read_text())["added_tokens"]


def decoder(name, *tokens):
    """The added tokens of a tokenizer, with others over and behind them, as tokenizer_config.json lists them."""
    all_tokens = {each["id"]: each for each in [*listed(name), *tokens]}
    return {"added_tokens_decoder": {str(key): {k: v for k, v in value.items() if k != "id"} for key, value in all_tokens.items()}}


# What Qwen2Tokenizer and XLMRobertaTokenizer are made of, with small vocabularies.
QWEN2 = {
    "normalizer": {"type": "NFC"},
    "pre_tokenizer": {
        "type": "Sequence",
        "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": PRETOKENIZE_REGEX}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}}
PIECES = ["▁", "▁The", "hat", "c", "sh", "ip", "▁b", "a", "b", "s", "e", "i", "t", "l", "p", "n", "▁c", "▁s", "x", "y", "z"]
LAST = 4 + len(PIECES)
METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
XLM_ROBERTA = {
    "added_tokens": [token(text, i) for i, text in enumerate(["<s>", "<pad>", "</s>", "<unk>"])] + [token("<mask>", LAST, lstrip=True)],
    "normalizer": None,
    "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, METASPACE]},
    "post_processor": {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        "special_tokens": {text: {"id": text, "ids": [i], "tokens": [text]} for text, i in (("<s>", 0), ("</s>", 2))}},
    "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True, "prepend_scheme": "always"},
    "model": {
        "type": "Unigram", "unk_id": 3, "byte_fallback": False,
        "vocab": [
            *[[text, 0.0] for text in ["<s>", "<pad>", "</s>", "<unk>"]], *[[text, -2.0 - i / 8] for i, text in enumerate(PIECES)],
            ["<mask>", 0.0]]}}
# A tokenizer of pieces that names a part of byte-level ones, in its decoder alone.
BYTE_DECODER = {"decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}}
PYTHIA = {"normalizer": {"type": "NFC"}}
INFILLING = {"vocab": {text: size("llama") + i for i, text in enumerate(["▁<PRE>", "▁<MID>", "▁<SUF>", "▁<EOT>", "<FILL_ME>"])}}

# tokenizer, settings beside its special tokens, changes of tokenizer.json ("vocab": what its vocabulary has more), special_tokens_map.json,
# config.json
CASES = [
    ("bert", {"tokenizer_class": "BertTokenizer", "do_lower_case": False}),
    ("bert", {"tokenizer_class": "BertTokenizerFast", "do_lower_case": False, "strip_accents": True}),
    ("bert", {"tokenizer_class": "BertTokenizer", "tokenize_chinese_chars": False}),
    ("bert", {"tokenizer_class": "BertTokenizer"}, BARE),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": True}),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer"}, BARE),
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True}),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "add_eos_token": True}),
    ("llama", {"tokenizer_class": "LlamaTokenizer", "add_bos_token": False}),
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": True}),
    ("roberta", {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True}),
    ("llama", {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, "add_eos_token": True}),
    ("llama", {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": False}, BARE),
    # Spaces before words.
    ("llama", {"tokenizer_class": "LlamaTokenizer", "add_prefix_space": False}),
    ("llama", {"tokenizer_class": "LlamaTokenizerFast", "legacy": True, "add_prefix_space": None}),
    ("llama", {"tokenizer_class": "LlamaTokenizer", "legacy": True, "add_prefix_space": False}),
    ("llama", {"tokenizer_class": "CodeLlamaTokenizer", "legacy": True}, INFILLING),
    ("llama", {"tokenizer_class": "CodeLlamaTokenizerFast", "add_prefix_space": False}, INFILLING),
    ("gpt2", {"tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": True}, QWEN2),
    ("gpt2", {"tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": None}, QWEN2),
    ("gpt2", {"tokenizer_class": "GPTNeoXTokenizer", "add_prefix_space": True}, PYTHIA),
    ("unigram", {"tokenizer_class": "XLMRobertaTokenizer", "add_prefix_space": False, "bos_token": "<s>", "mask_token": "<mask>"}, XLM_ROBERTA),
    ("unigram", {"tokenizer_class": "XLMRobertaTokenizerFast"}, XLM_ROBERTA),
    ("unigram", {"tokenizer_class": "XLMRobertaTokenizer", "add_prefix_space": None}, XLM_ROBERTA),
    ("unigram", {"tokenizer_class": "CamembertTokenizer", "add_prefix_space": False, "additional_special_tokens": []}, XLM_ROBERTA),
    ("unigram", {"tokenizer_class": "CamembertTokenizer", "additional_special_tokens": []}, XLM_ROBERTA),
    # Classes by other names, and by the type of the model.
    ("bert", {"tokenizer_class": "ElectraTokenizerFast", "do_lower_case": False}, {}, None, {"model_type": "bert"}),
    ("bert", {"tokenizer_class": "ElectraTokenizer", "strip_accents": False}),
    ("roberta", {"tokenizer_class": "BartTokenizer", "add_prefix_space": True}, {}, None, {"model_type": "gpt2"}),
    ("bert", {"do_lower_case": False}, {}, None, {"model_type": "distilbert"}),
    ("gpt2", {"add_prefix_space": True}, {}, None, {"model_type": "opt"}),
    ("gpt2", {"add_prefix_space": True}, {}, None, {"model_type": "gpt2", "tokenizer_class": "PreTrainedTokenizerFast"}),
    ("gpt2", {"add_prefix_space": True, "tokenizer_class": "LlamaTokenizer"}, QWEN2, None, {"model_type": "qwen2"}),
    ("llama", {"tokenizer_class": "LlamaTokenizer"}, {}, None, {"model_type": "mistral"}),
    ("llama", {"tokenizer_class": "LlamaTokenizer"}, {}, None, {"model_type": "phi3"}),
    ("llama", {"tokenizer_class": "LlamaTokenizer"}, {}, None, {"model_type": "llama"}),
    ("llama", {}, {}, None, {"model_type": "llama"}),
    ("gpt2", {"tokenizer_class": "LlamaTokenizer"}, {}, None, {"model_type": "llama"}),
    ("llama", {"tokenizer_class": "LlamaTokenizer"}, BYTE_DECODER, None, {"model_type": "llama"}),
    # Tokens that tokenizer_config.json lists.
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast"} | decoder("gpt2", token("<|endoftext|>", 0, rstrip=True))),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer"} | decoder("gpt2", token("<|endoftext|>", 0, rstrip=True))),
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast"} | decoder("gpt2", token("<new>", 700, lstrip=True), token("<end>", 5, special=False))),
    ("llama", {"tokenizer_class": "LlamaTokenizer", "eos_token": "<new>"} | decoder("llama", token("<new>", size("llama")))),
    (
        "llama",
        {"tokenizer_class": "LlamaTokenizer"}
        | decoder("llama", token("<end>", size("llama"), rstrip=True), token("<new>", size("llama") + 1, special=False)),
        {"added_tokens": listed("llama") + [token("<end>", size("llama")), token("<pad>", size("llama") + 1)]}),
    (
        "llama", {"tokenizer_class": "PreTrainedTokenizerFast"} | decoder("llama", token("<new>", size("llama") + 1, rstrip=True)),
        {"added_tokens": listed("llama") + [token("<end>", size("llama")), token("<pad>", size("llama") + 1)]}),
    (
        "gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<end>"},
        {"added_tokens": listed("gpt2") + [token("<end>", size("gpt2"), special=False)]}),
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "image_token": "he", "extra_special_tokens": {"audio_token": "en"}}),
    # The older file.
    (
        "llama", {"tokenizer_class": "LlamaTokenizer"}, {},
        {"bos_token": {"content": "</s>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}, "eos_token": "<s>"}),
    ("llama", {"tokenizer_class": "LlamaTokenizer"} | decoder("llama"), {}, {"bos_token": "</s>", "eos_token": "<s>"}),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer"}, {}, {"bos_token": None}),
    ("bert", {"tokenizer_class": "PreTrainedTokenizerFast"}, BARE, {"mask_token": {"content": "[SEP]", "lstrip": True}}),
    # Special tokens as letters.
    ("gpt2", {"tokenizer_class": "PreTrainedTokenizerFast", "split_special_tokens": True}),
    ("bert", {"tokenizer_class": "BertTokenizer", "split_special_tokens": True}),
    ("roberta", {"tokenizer_class": "RobertaTokenizer", "split_special_tokens": True}),
    (
        "llama", {"tokenizer_class": "LlamaTokenizer", "split_special_tokens": True},
        {"added_tokens": listed("llama") + [token("<end>", size("llama")), token("<new>", size("llama") + 1, special=False)]}),
    # Spaces before punctuation.
    ("unigram", {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": True}),
    ("unigram", {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}),
    ("bert", {"tokenizer_class": "BertTokenizer", "clean_up_tokenization_spaces": True}),
    ("gpt2", {"tokenizer_class": "GPT2Tokenizer", "clean_up_tokenization_spaces": True}),
    (
        "gpt2",
        {
            "tokenizer_class": "GPT2Tokenizer", "clean_up_tokenization_spaces": True,
            "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output": True}),
]


def golden(name, settings, changes=None, older=None, model=None):
    with tempfile.TemporaryDirectory() as folder:
        config = SPECIAL[name] | settings
        # transformers takes a token for padding from there if there is no other.
        tokenizer = json.loads((ROOT / name / "tokenizer.json").read_text()) | {"padding": None} | (changes or {})
        if "vocab" in tokenizer:
            tokenizer["model"]["vocab"] |= tokenizer.pop("vocab")
        files = {"tokenizer": tokenizer, "tokenizer_config": config, "special_tokens_map": older, "config": model}
        for file, content in files.items():
            if content is not None:
                (Path(folder) / f"{file}.json").write_text(json.dumps(content))
        made = AutoTokenizer.from_pretrained(folder)
        spelt = {key: getattr(made, f"{key}_token") or "" for key in ("bos", "eos", "mask")}
        cases = []
        for text in TEXTS:
            text = text.format(**spelt)
            ids = made.encode(text, add_special_tokens=False)
            cases.append({
                "text": text, "with_special": made.encode(text), "without_special": ids, "decoded": made.decode(ids, skip_special_tokens=True)})
        return {
            "tokenizer": name, "changes": changes or {}, "config": config, "map": older, "model": model, "cases": cases, "bos": made.bos_token_id,
            "eos": made.eos_token_id, "mask": made.mask_token_id, "names": made.special_tokens_map}


def classes():
    """The classes by their names, without those that the sources name and transformers doesn't find."""
    names = {name for name in TOKENIZER_MAPPING_NAMES.values() if name}
    for source in Path(transformers.__file__).parent.rglob("*.py"):
        names |= set(re.findall(r"\b[A-Z]\w*Tokenizer(?:Fast)?\b", source.read_text(encoding="utf-8")))
    names |= {name if name.endswith("Fast") else f"{name}Fast" for name in names}
    found = {name: tokenizer_class_from_name(name) for name in sorted(names)}
    return {
        "names": {name: made.__name__ for name, made in found.items() if made is not None},
        "types": {each: TOKENIZER_MAPPING_NAMES.get(each) or "TokenizersBackend" for each in MODEL_TYPES}}


MODEL_TYPES = [
    "bert", "camembert", "distilbert", "gemma", "gemma2", "gemma3_text", "gpt2", "gpt_neox", "gptj", "llama", "mistral", "opt", "phi", "phi3",
    "qwen2", "qwen3", "roberta", "smollm3", "xlm-roberta"]
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


def write(file, values):
    lines = ",\n".join(json.dumps(value) for value in values)
    (ROOT / file).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    write("settings.json", [golden(*case) for case in CASES])
    write("ends.json", ends())
    (ROOT / "classes.json").write_text(json.dumps(classes(), indent=0) + "\n")
