"""Lets lm-evaluation-harness write a results file, by which ResultsJsonTest checks the keys of ours.

A causal model of two layers with random weights answers a multiple-choice task that has an alias.
Values that depend on the machine are left out; their keys stay. Needs lm-eval 0.4.13, torch,
transformers and tokenizers.
Run from the repository's root: python src/test/python/make_results_golden.py
"""

import json
import os
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import lm_eval  # noqa: E402
import torch  # noqa: E402
from lm_eval.loggers import EvaluationTracker  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast  # noqa: E402

GOLDEN = Path("src/test/resources/results/golden.json")
TASK = """\
task: words
task_alias: Words of old
output_type: multiple_choice
dataset_path: json
dataset_kwargs: {data_files: {test: %s}}
test_split: test
doc_to_text: "{{prompt}}"
doc_to_choice: ["w1", "w2"]
doc_to_target: "{{answer}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
"""


def model(folder):
    words = {f"w{i}": i for i in range(10)} | {"[END]": 10}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="w0"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="[END]", bos_token="[END]", pad_token="[END]").save_pretrained(folder)
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=11, n_positions=64, n_embd=8, n_layer=2, n_head=2, bos_token_id=10, eos_token_id=10)
    GPT2LMHeadModel(config).save_pretrained(folder)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model(folder / "model")
        rows = [{"prompt": f"w{i}", "answer": i % 2} for i in range(8)]
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        (folder / "words.yaml").write_text(TASK % (folder / "rows.jsonl"), "utf-8")
        tracker = EvaluationTracker(output_path=str(folder / "out"))
        results = lm_eval.simple_evaluate(
            model="hf",
            model_args=f"pretrained={folder / 'model'},max_length=32",
            tasks=["words"],
            task_manager=TaskManager(include_path=name, include_defaults=False),
            device="cpu",
            batch_size=4,
            limit=6,
            log_samples=False,
            evaluation_tracker=tracker,
        )
        tracker.save_results_aggregated(results=results, samples=None)
        (file,) = folder.glob("out/**/results_*.json")
        content = json.loads(file.read_text("utf-8"))
    for key in ("pretty_env_info", "git_hash", "upper_git_hash", "model_name", "model_name_sanitized"):
        content[key] = ""
    content["date"] = 0
    content["total_evaluation_time_seconds"] = "0"
    content["config"]["model_args"] = content["config"]["model_args"].replace(str(folder), "")
    content["configs"]["words"]["dataset_kwargs"] = {}
    content["configs"]["words"].pop("metadata", None)
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
