"""Makes the golden files of the architectures: run it in an environment with torch, transformers and safetensors.

For every family a tiny model is built by transformers, its parameters are filled with whole numbers that depend on
the parameter's name and the position only (so that a test can make the same bytes), and the model is saved. The names
and shapes are those in the saved file. The logical matrices come from running the model's own modules on basis
vectors, so the layout is transformers' word and not ours:
  - modules that hold one matrix: y(e_j) - y(0) is column j;
  - fused query-key-value: the attention module runs with an attention function that records query, key and value of
    single tokens at position 0, where rotary embeddings are the identity;
  - fused gate and up: the two halves are told apart by what the module's own forward passes to its activation.
"""

import hashlib
import json
import pathlib
import sys
import tempfile
import zlib

import torch
import transformers
from safetensors import safe_open
from transformers import AttentionInterface

TARGET = pathlib.Path(__file__).parent.parent / "resources/io/github/trawl/architecture"
COMMON = dict(vocab_size=11, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=4,
              max_position_embeddings=16, pad_token_id=0, bos_token_id=1, eos_token_id=2)
GROUPED = dict(COMMON, num_key_value_heads=2)
OWN_SIZE = dict(GROUPED, head_dim=6)
BERT = dict(COMMON, type_vocab_size=2)

LLAMA = {"Q": "self_attn.q_proj", "K": "self_attn.k_proj", "V": "self_attn.v_proj", "O": "self_attn.o_proj",
         "GATE": "mlp.gate_proj", "UP": "mlp.up_proj", "DOWN": "mlp.down_proj"}
BERT_PATHS = {"Q": "attention.self.query", "K": "attention.self.key", "V": "attention.self.value",
              "O": "attention.output.dense", "UP": "intermediate.dense", "DOWN": "output.dense"}

# model type: class, config, where the layers are, where the matrices are in a layer
FAMILIES = {
    "gpt2": ("GPT2LMHeadModel", dict(vocab_size=11, n_embd=8, n_layer=2, n_head=4, n_positions=16), "transformer.h",
             {"QKV": "attn", "O": "attn.c_proj", "UP": "mlp.c_fc", "DOWN": "mlp.c_proj"}),
    "gptj": ("GPTJForCausalLM", dict(vocab_size=11, n_embd=8, n_layer=2, n_head=2, n_positions=16, rotary_dim=2),
             "transformer.h", {"Q": "attn.q_proj", "K": "attn.k_proj", "V": "attn.v_proj", "O": "attn.out_proj",
                               "UP": "mlp.fc_in", "DOWN": "mlp.fc_out"}),
    "gpt_neox": ("GPTNeoXForCausalLM", COMMON, "gpt_neox.layers",
                 {"QKV": "attention", "O": "attention.dense", "UP": "mlp.dense_h_to_4h", "DOWN": "mlp.dense_4h_to_h"}),
    "llama": ("LlamaForCausalLM", GROUPED, "model.layers", LLAMA),
    "mistral": ("MistralForCausalLM", GROUPED, "model.layers", LLAMA),
    "qwen2": ("Qwen2ForCausalLM", GROUPED, "model.layers", LLAMA),
    "qwen3": ("Qwen3ForCausalLM", OWN_SIZE, "model.layers", LLAMA),
    "smollm3": ("SmolLM3ForCausalLM", GROUPED, "model.layers", LLAMA),
    "gemma": ("GemmaForCausalLM", OWN_SIZE, "model.layers", LLAMA),
    "gemma2": ("Gemma2ForCausalLM", OWN_SIZE, "model.layers", LLAMA),
    "gemma3_text": ("Gemma3ForCausalLM", OWN_SIZE, "model.layers", LLAMA),
    "phi": ("PhiForCausalLM", COMMON, "model.layers",
            {"Q": "self_attn.q_proj", "K": "self_attn.k_proj", "V": "self_attn.v_proj", "O": "self_attn.dense",
             "UP": "mlp.fc1", "DOWN": "mlp.fc2"}),
    "phi3": ("Phi3ForCausalLM", GROUPED, "model.layers",
             {"QKV": "self_attn", "O": "self_attn.o_proj", "GATEUP": "mlp", "DOWN": "mlp.down_proj"}),
    "opt": ("OPTForCausalLM", dict(vocab_size=11, hidden_size=8, ffn_dim=12, num_hidden_layers=2,
                                   num_attention_heads=4, max_position_embeddings=16, word_embed_proj_dim=8),
            "model.decoder.layers", {"Q": "self_attn.q_proj", "K": "self_attn.k_proj", "V": "self_attn.v_proj",
                                     "O": "self_attn.out_proj", "UP": "fc1", "DOWN": "fc2"}),
    "bert": ("BertForMaskedLM", BERT, "bert.encoder.layer", BERT_PATHS),
    "roberta": ("RobertaForMaskedLM", BERT, "roberta.encoder.layer", BERT_PATHS),
    "xlm-roberta": ("XLMRobertaForMaskedLM", BERT, "roberta.encoder.layer", BERT_PATHS),
    "camembert": ("CamembertForMaskedLM", BERT, "roberta.encoder.layer", BERT_PATHS),
    "distilbert": ("DistilBertForMaskedLM", dict(vocab_size=11, dim=8, hidden_dim=12, n_layers=2, n_heads=4,
                                                 max_position_embeddings=16), "distilbert.transformer.layer",
                   {"Q": "attention.q_lin", "K": "attention.k_lin", "V": "attention.v_lin", "O": "attention.out_lin",
                    "UP": "ffn.lin1", "DOWN": "ffn.lin2"}),
}


def fill(name, count):
    """Whole numbers of at most 11 bits, so that every sum below is exact in float32."""
    seed = zlib.crc32(name.encode())
    return torch.tensor([(seed + 7919 * i) % 4093 - 2046 for i in range(count)], dtype=torch.float32)


def linear(function, size):
    """The matrix of an affine function of `size` inputs."""
    zero = function(torch.zeros(1, 1, size))
    return (function(torch.eye(size)[:, None, :]) - zero)[:, 0, :].T


captured = {}


def capture(module, query, key, value, attention_mask, **kwargs):
    captured.update(Q=query, K=key, V=value)
    return torch.zeros(query.shape[0], query.shape[2], query.shape[1], query.shape[3]), None


AttentionInterface.register("capture", capture)


def query_key_value(module, config, head_size):
    rotary = (torch.ones(1, 1, head_size), torch.zeros(1, 1, head_size))

    def part(role):
        def function(inputs):
            options = {} if config.model_type == "gpt2" else {"position_embeddings": rotary}
            module(inputs, attention_mask=None, **options)
            heads = captured[role].transpose(1, 2)
            return heads.reshape(heads.shape[0], heads.shape[1], -1)
        return function
    return {role: linear(part(role), config.hidden_size) for role in "QKV"}


def gate_up(module, config):
    """The activation sees the gate; with an activation of one, what reaches down_proj is up."""
    seen = {}
    original = module.activation_fn

    def gate(inputs):
        def activation(value):
            seen["gate"] = value
            return original(value)
        module._modules.pop("activation_fn", None)
        module.activation_fn = activation
        module(inputs)
        return seen["gate"]

    def up(inputs):
        module._modules.pop("activation_fn", None)
        module.activation_fn = torch.ones_like
        handle = module.down_proj.register_forward_pre_hook(lambda _, arguments: seen.update(up=arguments[0]))
        module(inputs)
        handle.remove()
        return seen["up"]
    return {"GATE": linear(gate, config.hidden_size), "UP": linear(up, config.hidden_size)}


def matrices(layer, paths, config):
    for role, path in paths.items():
        module = layer.get_submodule(path)
        if role == "QKV":
            yield from query_key_value(module, config, config.hidden_size // config.num_attention_heads).items()
        elif role == "GATEUP":
            yield from gate_up(module, config).items()
        else:
            size = module.weight.shape[0 if type(module).__name__ == "Conv1D" else 1]
            yield role, linear(module, size)


def golden(model_type, class_name, settings, layers, paths):
    torch.manual_seed(1)
    model_class = getattr(transformers, class_name)
    config = model_class.config_class(**settings)
    config._attn_implementation = "capture" if "QKV" in paths else "eager"
    model = model_class(config).eval()
    if config.model_type != model_type:
        raise SystemExit(f"{class_name} says it is {config.model_type}")
    with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
        for name, parameter in model.named_parameters():
            parameter.copy_(fill(name, parameter.numel()).view(parameter.shape))
        model.save_pretrained(folder)
        saved = json.loads((pathlib.Path(folder) / "config.json").read_text())
        shapes = {}
        with safe_open(pathlib.Path(folder) / "model.safetensors", "pt") as file:
            for name in file.keys():
                tensor = file.get_tensor(name)
                shapes[name] = list(tensor.shape)
                in_layer = any(part.isdigit() for part in name.split("."))
                if in_layer and not torch.equal(tensor.flatten(), fill(name, tensor.numel())):
                    raise SystemExit(f"{model_type}: {name} was not saved as it was filled")
        found = []
        for index, layer in enumerate(model.get_submodule(layers)):
            for role, matrix in matrices(layer, paths, config):
                values = matrix.contiguous().numpy().astype("<f4")
                found.append(dict(layer=index, role=role, rows=values.shape[0], columns=values.shape[1],
                                  sha256=hashlib.sha256(values.tobytes()).hexdigest()))
    text = ",\n".join(f' "{key}": ' + value for key, value in dict(
        made_with=json.dumps(f"transformers {transformers.__version__}"),
        config=json.dumps(saved),
        tensors="{\n" + ",\n".join(f"  {json.dumps(k)}: {v}" for k, v in shapes.items()) + "}",
        matrices="[\n" + ",\n".join("  " + json.dumps(m) for m in found) + "]").items())
    (TARGET / f"golden-{model_type}.json").write_text("{\n" + text + "\n}\n")
    print(model_type, len(shapes), "tensors,", len(found), "matrices")


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or FAMILIES:
        golden(name, *FAMILIES[name])
