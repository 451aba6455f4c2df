"""The tiny models of make_forward_golden.py: for each family one, and variants that take another way through the code."""
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

import torch
import transformers as t

SIZES = dict(vocab_size=40, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, max_position_embeddings=64)


@dataclass
class Model:
    """make gives the configuration; rename and config change what transformers saved, as files in the wild differ.

    alone: sequences run one by one, where transformers lets the longest of a batch decide for all."""

    make: Callable[[], Any]
    masked: bool = False
    dtype: torch.dtype = torch.float16
    save: dict = field(default_factory=dict)
    rename: Optional[Callable[[str], str]] = None
    config: Optional[Callable[[dict], dict]] = None
    alone: bool = False


def changed(**values):
    """A change of config.json that drops the keys whose value is None."""
    return lambda config: {key: value for key, value in (config | values).items() if key not in values or value is not None}


SHORT, LONG = [1.0, 1.1, 1.3, 1.7], [1.0, 2.0, 4.0, 8.0]
ONE_LAYER = SIZES | dict(num_hidden_layers=1, hidden_size=16, intermediate_size=24, num_attention_heads=2)

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
    "smollm3": Model(
        lambda: t.SmolLM3Config(
            **SIZES, num_key_value_heads=2, no_rope_layers=[1, 0], use_sliding_window=True, sliding_window=4, pad_token_id=None,
            bos_token_id=1, eos_token_id=2)),
    "roberta": Model(lambda: t.RobertaConfig(**SIZES, pad_token_id=1), masked=True),
    "distilbert": Model(
        lambda: t.DistilBertConfig(vocab_size=40, dim=32, n_layers=2, n_heads=4, hidden_dim=48, max_position_embeddings=64), masked=True),
    "gpt2": Model(lambda: t.GPT2Config(vocab_size=40, n_embd=32, n_layer=2, n_head=4, n_inner=48, n_positions=64, scale_attn_by_inverse_layer_idx=True)),
    "gpt2-without-prefix": Model(
        lambda: t.GPT2Config(vocab_size=40, n_embd=16, n_layer=2, n_head=2, n_positions=32), dtype=torch.float32,
        rename=lambda name: name.removeprefix("transformer.")),
    "gptj": Model(lambda: t.GPTJConfig(vocab_size=40, n_embd=32, n_layer=2, n_head=2, n_inner=48, n_positions=64, rotary_dim=8)),
    "gpt_neox": Model(lambda: t.GPTNeoXConfig(**SIZES, rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5))),
    "gpt_neox-serial": Model(
        lambda: t.GPTNeoXConfig(
            **SIZES, use_parallel_residual=False, hidden_act="gelu_new",
            rope_parameters=dict(rope_type="default", rope_theta=5000.0, partial_rotary_factor=0.25)),
        config=changed(rope_parameters=None, rotary_pct=0.25, rotary_emb_base=5000)),
    "opt": Model(
        lambda: t.OPTConfig(
            vocab_size=40, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=48, max_position_embeddings=64,
            word_embed_proj_dim=32)),
    "opt-350m": Model(
        lambda: t.OPTConfig(
            vocab_size=40, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=48, max_position_embeddings=64,
            word_embed_proj_dim=16, do_layer_norm_before=False)),
    "phi": Model(lambda: t.PhiConfig(**SIZES, qk_layernorm=False)),
    "phi-head-norms": Model(
        lambda: t.PhiConfig(**SIZES, qk_layernorm=True, num_key_value_heads=2),
        config=changed(rope_parameters=None, rope_theta=10000.0, partial_rotary_factor=0.5)),
    "phi3": Model(lambda: t.Phi3Config(**SIZES, num_key_value_heads=2, sliding_window=5, pad_token_id=0, bos_token_id=1, eos_token_id=2)),
    "phi3-longrope": Model(
        lambda: t.Phi3Config(
            **SIZES, original_max_position_embeddings=32, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            rope_parameters=dict(
                rope_type="longrope", rope_theta=10000.0, short_factor=[1.0, 1.1, 1.3, 1.7], long_factor=[1.0, 2.0, 4.0, 8.0]))),
    "gemma": Model(lambda: t.GemmaConfig(**SIZES, num_key_value_heads=1, head_dim=12)),
    "gemma2": Model(
        lambda: t.Gemma2Config(
            **SIZES, num_key_value_heads=2, head_dim=12, sliding_window=4, query_pre_attn_scalar=20, attn_logit_softcapping=5.0,
            final_logit_softcapping=3.0)),
    "gemma3": Model(
        lambda: t.Gemma3TextConfig(
            **(SIZES | dict(num_hidden_layers=3)), num_key_value_heads=2, head_dim=8, sliding_window=4, query_pre_attn_scalar=10,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
            rope_parameters=dict(
                sliding_attention=dict(rope_type="default", rope_theta=10000.0),
                full_attention=dict(rope_type="linear", rope_theta=1000000.0, factor=8.0)))),
    "gemma3-legacy": Model(
        lambda: t.Gemma3TextConfig(
            **(SIZES | dict(num_hidden_layers=3)), num_key_value_heads=2, head_dim=8, sliding_window=4, sliding_window_pattern=2,
            rope_parameters=dict(
                sliding_attention=dict(rope_type="default", rope_theta=500.0),
                full_attention=dict(rope_type="linear", rope_theta=60000.0, factor=8.0))),
        config=changed(
            rope_parameters=None, layer_types=None, sliding_window_pattern=2, rope_theta=60000.0, rope_local_base_freq=500.0,
            rope_scaling=dict(rope_type="linear", factor=8.0))),
    # Sequences of 11 tokens are longer than the original context, those of 7, 4 and 1 grow beyond it.
    "llama-longrope": Model(
        lambda: t.LlamaConfig(
            **ONE_LAYER, rope_parameters=dict(
                rope_type="longrope", rope_theta=10000.0, short_factor=SHORT, long_factor=LONG, original_max_position_embeddings=8)),
        alone=True),
    "phi3-longrope-beyond": Model(
        lambda: t.Phi3Config(
            **ONE_LAYER, original_max_position_embeddings=8, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, short_factor=SHORT, long_factor=LONG)),
        config=changed(
            rope_parameters=None, rope_theta=10000.0, rope_scaling=dict(type="longrope", short_factor=SHORT, long_factor=LONG)),
        alone=True),
    "llama-yarn": Model(
        lambda: t.LlamaConfig(
            **ONE_LAYER, rope_parameters=dict(
                rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=16, beta_fast=4.0, beta_slow=0.5))),
    "qwen3-yarn": Model(
        lambda: t.Qwen3Config(
            **ONE_LAYER, num_key_value_heads=1, head_dim=16,
            rope_parameters=dict(
                rope_type="yarn", rope_theta=500.0, factor=8.0, original_max_position_embeddings=8, mscale=0.7, mscale_all_dim=1.2,
                truncate=False))),
    # transformers lets rope_scaling win, with the base that stands beside it.
    "llama-both-ropes": Model(
        lambda: t.LlamaConfig(**ONE_LAYER),
        config=changed(
            rope_parameters=dict(rope_type="default", rope_theta=77.0), rope_theta=300.0,
            rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16))),
    "gemma2-gelu": Model(
        lambda: t.Gemma2Config(
            **ONE_LAYER, num_key_value_heads=1, head_dim=8, hidden_activation="gelu", query_pre_attn_scalar=8)),
    "gemma3-gelu": Model(
        lambda: t.Gemma3TextConfig(
            **ONE_LAYER, num_key_value_heads=1, head_dim=8, hidden_activation="gelu", query_pre_attn_scalar=8, sliding_window=4)),
    "gemma3-both-ropes": Model(
        lambda: t.Gemma3TextConfig(**ONE_LAYER, num_key_value_heads=1, head_dim=8, query_pre_attn_scalar=8, layer_types=["full_attention"]),
        config=changed(
            rope_parameters=dict(
                full_attention=dict(rope_type="default", rope_theta=900.0), sliding_attention=dict(rope_type="default", rope_theta=30.0)),
            rope_scaling=dict(rope_type="linear", factor=3.0))),
    "gemma-gelu": Model(lambda: t.GemmaConfig(**ONE_LAYER, num_key_value_heads=1, head_dim=8), config=changed(hidden_act="gelu")),
    # Both biases are stored; untied, that of the decoder counts.
    "roberta-untied": Model(
        lambda: t.RobertaConfig(**ONE_LAYER, pad_token_id=1, tie_word_embeddings=False), masked=True),
    "bert-untied": Model(lambda: t.BertConfig(**ONE_LAYER, tie_word_embeddings=False), masked=True),
    "roberta-decoder-bias": Model(
        lambda: t.RobertaConfig(**ONE_LAYER, pad_token_id=1), masked=True,
        rename=lambda name: name.replace("lm_head.bias", "lm_head.decoder.bias")),
    # With layer_types transformers takes it for a Ministral; neither has biases.
    "mistral-layer-types": Model(
        lambda: t.MistralConfig(**ONE_LAYER, num_key_value_heads=1, sliding_window=3),
        config=changed(layer_types=["full_attention"], attention_bias=True)),
    # Where both names of a size are there, transformers takes the common one.
    "gpt2-aliases": Model(
        lambda: t.GPT2Config(vocab_size=40, n_embd=16, n_layer=1, n_head=4, n_positions=32),
        config=changed(
            n_head=2, num_attention_heads=4, n_layer=3, num_hidden_layers=1, n_embd=None, hidden_size=16, n_positions=64,
            max_position_embeddings=32)),
    "gptj-aliases": Model(
        lambda: t.GPTJConfig(vocab_size=40, n_embd=16, n_layer=1, n_head=2, n_positions=32, rotary_dim=4),
        config=changed(
            n_head=4, num_attention_heads=2, n_layer=2, num_hidden_layers=1, n_embd=32, hidden_size=16, n_positions=None,
            max_position_embeddings=32)),
    "distilbert-aliases": Model(
        lambda: t.DistilBertConfig(vocab_size=40, dim=16, n_layers=1, n_heads=4, hidden_dim=24, max_position_embeddings=32), masked=True,
        config=changed(n_heads=2, num_attention_heads=4, n_layers=None, num_hidden_layers=1, dim=8, hidden_size=16)),
    # Keys as long as the context are never dropped.
    "llama-wide-window": Model(
        lambda: t.LlamaConfig(**(ONE_LAYER | dict(max_position_embeddings=17))),
        config=changed(is_causal=True, layer_types=["sliding_attention"], sliding_window=17, attention_chunk_size=17)),
}
