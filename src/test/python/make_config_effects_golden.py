"""Writes src/test/resources/io/github/trawl/evaluation/model/config-effects.json: for a tiny model of each type the config.json, and what
transformers makes of settings beside it that decide what a token sees: NONE, or what they change, FORWARD (the logits of a sequence, alone
or padded) or GENERATION (only those of a generation that goes on from a prompt with keys that were kept), or FAILS.

Needs transformers 5 and torch. Run from the repository root: python src/test/python/make_config_effects_golden.py
"""
import json
import tempfile
from pathlib import Path

import torch
from make_config_golden import TYPES
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, logging

TARGET = Path("src/test/resources/io/github/trawl/evaluation/model/config-effects.json")
MASKED = "bert camembert distilbert roberta xlm-roberta".split()
CONTEXT, PROMPT, LAYERS = 18, 10, 2
SIZES = dict(
    vocab_size=40, hidden_size=16, num_hidden_layers=LAYERS, num_attention_heads=2, intermediate_size=24, max_position_embeddings=CONTEXT,
    pad_token_id=0, bos_token_id=1, eos_token_id=2)
GPT = dict(
    vocab_size=40, n_embd=16, n_layer=LAYERS, n_head=2, n_inner=24, n_positions=CONTEXT, bos_token_id=1, eos_token_id=2)
BASES = {
    "distilbert": dict(vocab_size=40, dim=16, n_layers=LAYERS, n_heads=2, hidden_dim=24, max_position_embeddings=CONTEXT),
    "gpt2": GPT,
    "gptj": GPT | dict(rotary_dim=4),
    "opt": {key: value for key, value in SIZES.items() if key != "intermediate_size"} | dict(ffn_dim=24, word_embed_proj_dim=16),
    "mistral": SIZES | dict(num_key_value_heads=1, head_dim=8, sliding_window=None),
    "qwen3": SIZES | dict(num_key_value_heads=1, head_dim=8),
    "gemma": SIZES | dict(num_key_value_heads=1, head_dim=8),
    "gemma2": SIZES | dict(num_key_value_heads=1, head_dim=8, query_pre_attn_scalar=8),
    "gemma3_text": SIZES | dict(num_key_value_heads=1, head_dim=8, query_pre_attn_scalar=8),
    "qwen2": SIZES | dict(num_key_value_heads=1),
    "smollm3": SIZES | dict(num_key_value_heads=1),
    "roberta": SIZES | dict(pad_token_id=1, max_position_embeddings=CONTEXT + 2),
}
BASES["camembert"] = BASES["xlm-roberta"] = BASES["roberta"]
FULL, SLIDING = ["full_attention"] * LAYERS, ["sliding_attention"] * LAYERS
SETTINGS = [
    *(dict(is_causal=value) for value in (True, False, None)),
    *(dict(sliding_window=value) for value in (None, 4, CONTEXT - 4, CONTEXT, CONTEXT + 1)),
    *(dict(attention_chunk_size=value) for value in (None, 4, CONTEXT)),
    dict(sliding_window=None, attention_chunk_size=4),
    dict(sliding_window=4, attention_chunk_size=CONTEXT),
    dict(sliding_window=CONTEXT, attention_chunk_size=4),
    dict(layer_types=FULL),
    dict(layer_types=["attention"] * LAYERS),
    dict(layer_types=FULL, sliding_window=4),
    dict(layer_types=FULL, attention_chunk_size=4),
    dict(layer_types=FULL, sliding_window=4, use_sliding_window=True),
    dict(layer_types=None, sliding_window=4),
    dict(layer_types=SLIDING, sliding_window=4),
    dict(layer_types=SLIDING, sliding_window=CONTEXT),
    dict(layer_types=[FULL[0], SLIDING[0]], sliding_window=4),
    dict(layer_types=["chunked_attention"] * LAYERS, attention_chunk_size=4),
    dict(layer_types=["chunked_attention"] * LAYERS, attention_chunk_size=CONTEXT),
    dict(layer_types=["linear_attention"] * LAYERS),
    dict(layer_types=["moe"] * LAYERS),
    dict(layer_types=[]),
    dict(layer_types=FULL[:1]),
    dict(kv_sharing_modes=None),
    dict(kv_sharing_modes=["reuse"] * LAYERS),
    dict(kv_sharing_modes=["store"] * LAYERS),
    dict(per_layer_config=None),
    dict(is_decoder=True),
    dict(is_encoder_decoder=True),
    dict(add_cross_attention=True),
    dict(chunk_size_feed_forward=3),
    dict(tie_last_hidden_states=True),
    dict(output_hidden_states=True),
    dict(use_cache=False),
    dict(fusion_config=dict()),
    dict(number_of_conv_states=2),
    dict(qk_head_dim=4),
    dict(attn_implementation="eager"),
    dict(text_config=None),
]


def configuration(values):
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "config.json").write_text(json.dumps(values))
        return AutoConfig.from_pretrained(directory)


def make(model_type, values):
    """A model of these settings with the same weights each time."""
    auto = AutoModelForMaskedLM if model_type in MASKED else AutoModelForCausalLM
    model = auto.from_config(configuration(values)).eval()
    torch.manual_seed(11)
    with torch.no_grad():
        for _, parameter in sorted(model.named_parameters()):
            parameter.copy_(0.4 * torch.randn(parameter.shape) + (parameter.dim() == 1))
    return model


def computed(model_type, values):
    """The logits of a sequence as long as the context, alone and beside a padded one, and, of a causal model, those of a greedy generation
    that fills the context."""
    model = make(model_type, values)
    tokens = (torch.arange(CONTEXT) * 7 % 37 + 3)[None]
    mask = torch.ones_like(tokens)
    padding = mask.clone()
    padding[:, PROMPT:] = 0
    with torch.no_grad():
        alone = model(input_ids=tokens, attention_mask=mask).logits
        both = model(input_ids=tokens.repeat(2, 1), attention_mask=torch.cat([mask, padding])).logits
        logits = torch.cat([alone[0], both[0], both[1, :PROMPT]])
        if model_type in MASKED:
            return logits, logits
        prompt = tokens[:, :PROMPT]
        generated = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=CONTEXT - PROMPT, eos_token_id=None, pad_token_id=0,
            output_logits=True, return_dict_in_generate=True)
    return logits, torch.stack(generated.logits)


def effect(model_type, base, setting, expected, continued):
    try:
        logits, generated = computed(model_type, base | setting)
    except Exception as e:
        return f"FAILS: {type(e).__name__}"
    if not torch.allclose(logits, expected, atol=1e-4):
        return "FORWARD"
    return "NONE" if torch.allclose(generated, continued, atol=1e-4) else "GENERATION"


if __name__ == "__main__":
    logging.set_verbosity_error()
    golden = {}
    for name in TYPES:
        base = {"model_type": name} | BASES.get(name, SIZES)
        plain = computed(name, base)
        golden[name] = {"config": base, "settings": [{"effect": effect(name, base, each, *plain), "setting": each} for each in SETTINGS]}
    lines = [
        f'"{name}": {{\n  "config": {json.dumps(each["config"])},\n  "settings": [\n    '
        + ",\n    ".join(json.dumps({"effect": one["effect"].split(":")[0], "setting": one["setting"]}) for one in each["settings"])
        + "]}" for name, each in golden.items()]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    for i, setting in enumerate(SETTINGS):
        effects = {}
        for name in TYPES:
            effects.setdefault(golden[name]["settings"][i]["effect"], []).append(name)
        print(json.dumps(setting), effects if len(effects) > 1 else next(iter(effects)))
