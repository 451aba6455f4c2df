"""Writes src/test/resources/generation/golden.json: what lm-evaluation-harness makes of texts that a tiny model of make_forward_golden.py
generates, where special tokens, the text of the token that ends texts, and the model's generation_config.json end or change them.

Needs lm-eval 0.4.13, torch, transformers and tokenizers. Run from the repository root: python src/test/python/make_stop_golden.py
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import lm_eval  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers  # noqa: E402

MODEL = Path("src/test/resources/forward/llama")
GOLDEN = Path("src/test/resources/generation/golden.json")
TASK = "task: stops\ndataset_path: json\ndataset_kwargs: {data_files: {test: ROWS}}\ntest_split: test\noutput_type: generate_until\n" \
    "doc_to_text: q\ndoc_to_target: a\nmetric_list: [{metric: exact_match}]\ngeneration_kwargs: {max_gen_toks: 8, until: UNTIL}\n"
# The model says 13 and 25 often. None of the prompts does.
ROWS = [{"q": q, "a": "w7"} for q in ("w5 w6 w7 w8 w9", "w16 w17", "w33", "w9 w8 w30 w31", "w12 w36 w36", "w38 w14 w15 w20")]
IM_END = {13: "<|im_end|>"}
# what it shows, special tokens in place of words, the text of the end token, generation_config.json, until
CASES = [
    ("no end", IM_END, "[SEP]", None, []),
    ("a special token", IM_END, "[SEP]", None, ["<|im_end|>"]),
    ("a special token after a text", IM_END, "[SEP]", None, ["zz", "<|im_end|>"]),
    ("a part of a special token", IM_END, "[SEP]", None, ["im_end"]),
    ("a text around a special token", IM_END, "[SEP]", None, ["37 w1"]),
    ("a token that is not special", {}, "[SEP]", None, ["w13"]),
    ("the text of the end token", {}, "25", None, []),
    ("the text of the end token and another", {}, "25", None, ["w13"]),
    ("a penalty", {}, "[SEP]", {"repetition_penalty": 1.3, "temperature": 0.7, "do_sample": True}, []),
    ("a penalty and a special token", IM_END, "[SEP]", {"repetition_penalty": 1.3}, ["<|im_end|>"]),
]


def tokenizer(special, end):
    texts = ["[PAD]", "[CLS]", end, "[UNK]", "[MASK]"] + [special.get(token, f"w{token}") for token in range(5, 40)]
    made = Tokenizer(models.WordLevel(vocab={text: token for token, text in enumerate(texts)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    named = ["[PAD]", "[CLS]", end, "[UNK]", "[MASK]", *special.values()]
    made.add_special_tokens([AddedToken(text, single_word=True, normalized=False) for text in named])
    return made


def evaluate(model, yaml, folder):
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "stops.yaml").write_text(yaml.replace("ROWS", str(folder / "rows.jsonl")))
    results = lm_eval.simple_evaluate(
        model="hf", model_args=f"pretrained={model},max_length=64,dtype=float32", tasks=["stops"],
        task_manager=TaskManager(include_path=str(folder), include_defaults=False), device="cpu", batch_size=1, log_samples=True)
    samples = sorted(results["samples"]["stops"], key=lambda sample: sample["doc_id"])
    return [sample["filtered_resps"][0] for sample in samples]


def main():
    golden = []
    with tempfile.TemporaryDirectory() as root:
        for what, special, end, generation, until in CASES:
            folder = Path(root) / str(len(golden))
            model = folder / "model"
            shutil.copytree(MODEL, model)
            made = tokenizer(special, end)
            made.save(str(model / "tokenizer.json"))
            named = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "[CLS]", "eos_token": end}
            (model / "tokenizer_config.json").write_text(json.dumps(named))
            # Else the model's own config.json would end texts.
            generation = generation or {}
            (model / "generation_config.json").write_text(json.dumps(generation))
            yaml = TASK.replace("UNTIL", json.dumps(until))
            texts = evaluate(model, yaml, folder)
            golden.append({
                "what": what, "tokenizer": json.loads((model / "tokenizer.json").read_text()), "tokenizer_config": named,
                "generation_config": generation, "task": yaml, "rows": ROWS, "texts": texts})
            print(what, texts)
    GOLDEN.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(each) for each in golden)
    GOLDEN.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
