"""Writes src/test/resources/corners: a tiny causal model, two tokenizers for it, and golden.json with what lm-evaluation-harness makes
of tasks that look odd: digits as choices, lists of right answers, white space that only Python knows, texts that begin with the
token of the beginning.

Needs lm-eval 0.4.13, torch, transformers and tokenizers. Run from the repository root: python src/test/python/make_corner_golden.py
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import lm_eval  # noqa: E402
import torch  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors  # noqa: E402
from transformers import GPT2Config, GPT2LMHeadModel  # noqa: E402

ROOT = Path("src/test/resources/corners")
HEAD = "task: corner\ndataset_path: json\ndataset_kwargs: {data_files: {test: ROWS}}\ntest_split: test\n"
CHOICE = HEAD + "output_type: multiple_choice\n"

DIGITS = [{"q": "pick", "options": ["1", "2", "3", "4"], "right": each} for each in ("1", "2", "3", "4")]
ENDS = ["\u00a0", "\u0085", "\u001c", "\u3000", "\u200b", " \u2028", "\t\u001f"]
SPACES = [{"q": "who" + end, "a": "me"} for end in ENDS] + [{"q": "", "a": "me"}]
BEGINS = [{"q": begin + "who", "a": "me"} for begin in ("</s>", "<s>", " <s>")]
PAGES = [{"page": text} for text in ("   ", "\u00a0a\u001cb ", "</s> one", "<s>one two", "one\u200btwo\u0085three", "seven " * 9)]
# tokenizer, what it shows, the task and its rows
TASKS = [
    ("plain", "a field that holds digits", CHOICE + "doc_to_text: q\ndoc_to_choice: options\ndoc_to_target: right\n", DIGITS),
    ("plain", "digits that were rendered", CHOICE + 'doc_to_text: q\ndoc_to_choice: options\ndoc_to_target: "{{right}}"\n', DIGITS[:3]),
    ("plain", "a field that holds a list", CHOICE + "doc_to_text: q\ndoc_to_choice: options\ndoc_to_target: right\n",
     [{"q": each, "options": ["a", "bb", "ccc"], "right": right} for each in ("x", "y z") for right in ([0, 2], [1], [2, 1])]),
    ("plain", "a list that was rendered", CHOICE + 'doc_to_text: q\ndoc_to_choice: ["a", "bb", "ccc"]\ndoc_to_target: "[{{m}}, {{n}}]"\n',
     [{"q": each, "m": 0, "n": 2} for each in ("x", "y z", "w")]),
    ("plain", "choices that were rendered",
     CHOICE + "doc_to_text: q\ndoc_to_choice: \"['{{a}}', \\\"it's\\\", 'ca\\\\n']\"\ndoc_to_target: \"{{n}}\"\n",
     [{"q": each, "a": "no", "n": n} for each in ("x", "y z") for n in range(3)]),
    ("plain", "a right answer for all rows", CHOICE + "doc_to_text: q\ndoc_to_choice: options\ndoc_to_target: 1\n", [DIGITS[0]]),
    ("plain", "a truth value", CHOICE + 'doc_to_text: q\ndoc_to_choice: ["no", "yes"]\ndoc_to_target: right\n',
     [{"q": each, "right": right} for each in ("x", "y z") for right in (True, False)]),
    ("plain", "white space before the answer", CHOICE + 'doc_to_text: q\ndoc_to_choice: ["you", "me", " "]\ndoc_to_target: a\n', SPACES),
    ("begins", "white space before the answer", CHOICE + 'doc_to_text: q\ndoc_to_choice: ["you", "me", " "]\ndoc_to_target: a\n',
     SPACES + [{"q": " ", "a": "me"}]),
    ("plain", "texts that begin", CHOICE + 'doc_to_text: q\ndoc_to_choice: ["you", "me"]\ndoc_to_target: a\n', BEGINS),
    ("begins", "texts that begin", CHOICE + 'doc_to_text: q\ndoc_to_choice: ["you", "me"]\ndoc_to_target: a\n', BEGINS),
    ("plain", "a blank continuation", HEAD + "output_type: loglikelihood\ndoc_to_text: q\ndoc_to_target: a\n",
     [{"q": "who\u00a0", "a": " "}, {"q": "who", "a": "\u0085"}, {"q": "", "a": "\u3000"}]),
    ("plain", "pages", HEAD + 'output_type: loglikelihood_rolling\ndoc_to_text: ""\ndoc_to_target: page\n', PAGES),
    ("begins", "pages", HEAD + 'output_type: loglikelihood_rolling\ndoc_to_text: ""\ndoc_to_target: page\n', PAGES),
    ("begins", "no end", HEAD + "doc_to_text: q\ndoc_to_target: a\ngeneration_kwargs: {max_gen_toks: 6, until: []}\n", BEGINS[:1] + SPACES[:2]),
]


def tokenizer(begins):
    vocabulary = {"<s>": 0, "</s>": 1}
    for letter in sorted(pre_tokenizers.ByteLevel.alphabet()):
        vocabulary[letter] = len(vocabulary)
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.add_special_tokens(["<s>", "</s>"])
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    if begins:
        made.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 0)])
    return made


def save(name, directory):
    made = tokenizer(name == "begins")
    made.save(str(directory / "tokenizer.json"))
    named = {"eos_token": "</s>"} | ({"bos_token": "<s>"} if name == "begins" else {})
    (directory / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"} | named) + "\n")


def evaluate(model, yaml, rows, folder):
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "corner.yaml").write_text(yaml.replace("ROWS", str(folder / "rows.jsonl")))
    results = lm_eval.simple_evaluate(
        model="hf", model_args=f"pretrained={model},max_length=24,dtype=float32", tasks=["corner"],
        task_manager=TaskManager(include_path=str(folder), include_defaults=False), device="cpu", batch_size=1, log_samples=True)
    samples = sorted(results["samples"]["corner"], key=lambda sample: sample["doc_id"])
    for sample in samples:
        kept = {key: sample[key] for key in ("acc", "acc_norm", "word_perplexity", "byte_perplexity") if key in sample}
        yield kept | {"answers": sample["filtered_resps"]}


def main():
    shutil.rmtree(ROOT, ignore_errors=True)
    torch.manual_seed(5)
    # The configuration's own tokens are others: lm-eval asks the tokenizer alone.
    config = GPT2Config(vocab_size=258, n_positions=64, n_embd=16, n_layer=1, n_head=2, n_inner=16, bos_token_id=40, eos_token_id=41)
    model = GPT2LMHeadModel(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(0.4 * torch.randn(parameter.shape))
    model.half().save_pretrained(ROOT / "model")
    (ROOT / "model" / "generation_config.json").unlink(missing_ok=True)
    golden = []
    for name in ("plain", "begins"):
        (ROOT / name).mkdir()
        save(name, ROOT / name)
    with tempfile.TemporaryDirectory() as folder:
        for name, what, yaml, rows in TASKS:
            whole = Path(folder) / name
            shutil.copytree(ROOT / "model", whole, dirs_exist_ok=True)
            shutil.copytree(ROOT / name, whole, dirs_exist_ok=True)
            tasks = Path(folder) / f"task{len(golden)}"
            tasks.mkdir()
            samples = list(evaluate(whole, yaml, rows, tasks))
            golden.append({"what": what, "tokenizer": name, "task": yaml, "rows": rows, "samples": samples})
    lines = ",\n".join(json.dumps(each) for each in golden)
    (ROOT / "golden.json").write_text(f"[\n{lines}\n]\n")
    for each in golden:
        print(each["tokenizer"], each["what"], each["samples"][0])


if __name__ == "__main__":
    main()
