"""The tiny models of make_forward_golden.py: for each family one, and variants that take another way through the code."""
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

import torch
import transformers as t

SIZES = dict(vocab_size=40, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, max_position_embeddings=64)


@dataclass
class Model:
    """make gives the configuration; rename and config change what transformers saved, as files in the wild differ."""

    make: Callable[[], Any]
    masked: bool = False
    dtype: torch.dtype = torch.float16
    save: dict = field(default_factory=dict)
    rename: Optional[Callable[[str], str]] = None
    config: Optional[Callable[[dict], dict]] = None


def changed(**values):
    """A change of config.json that drops the keys whose value is None."""
    return lambda config: {key: value for key, value in (config | values).items() if key not in values or value is not None}


MODELS = {
    "bert": Model(lambda: t.BertConfig(**SIZES), masked=True, dtype=torch.float32),
    "bert-legacy": Model(
        lambda: t.BertConfig(**SIZES, hidden_act="gelu_new"), masked=True,
        rename=lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")),
    "llama": Model(lambda: t.LlamaConfig(**SIZES, num_key_value_heads=2), dtype=torch.bfloat16, save=dict(max_shard_size="20KB")),
    "llama-tied-bias": Model(
        lambda: t.LlamaConfig(
            **SIZES, tie_word_embeddings=True, attention_bias=True, mlp_bias=True, head_dim=12, num_key_value_heads=1)),
    "llama3": Model(
        lambda: t.LlamaConfig(
            **SIZES, num_key_value_heads=2,
            rope_parameters=dict(
                rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                original_max_position_embeddings=16))),
    "llama-linear": Model(
        lambda: t.LlamaConfig(**SIZES, rope_parameters=dict(rope_type="linear", rope_theta=20000.0, factor=3.0)),
        config=changed(rope_parameters=None, rope_theta=20000.0, rope_scaling=dict(type="linear", factor=3.0))),
    "mistral": Model(lambda: t.MistralConfig(**SIZES, num_key_value_heads=2, sliding_window=4, head_dim=8)),
    "qwen2": Model(
        lambda: t.Qwen2Config(
            **SIZES, num_key_value_heads=2, use_sliding_window=True, sliding_window=5, max_window_layers=1, tie_word_embeddings=True)),
    "qwen3": Model(lambda: t.Qwen3Config(**SIZES, num_key_value_heads=2, head_dim=16)),
}
