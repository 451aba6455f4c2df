"""Runs the same task files through lm-evaluation-harness and Trawl and compares numbers and examples.

Three tasks: multiple choice (acc, acc_norm, acc_bytes), log-likelihood of a word (acc, perplexity)
and rolling perplexity (word, byte) in windows of 256 tokens. The data is made here, from Trawl's own
facts and this repository's texts. Every example that counts in one and not in the other is printed
with the distance between the two best answers. Ends with 1 if a log-likelihood differs by more than
the tolerance, or an example for another reason than a distance below it. Needs lm-eval 0.4.13,
pyarrow, torch and transformers.
Run from the repository's root: python src/test/python/compare_lm_eval.py MODEL_DIRECTORY WORK_DIRECTORY
  [--trawl COMMAND]   what runs `evaluate` (default: jobs/trawl)
  [--rows N]          only so many rows of each task, for a slow machine
"""

import argparse
import json
import os
import random
import shlex
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import pyarrow.dataset  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

FACTS = Path("src/main/resources/io/github/trawl/evaluation/task/world-facts")
RELATIONS = ("capital", "city-country", "language", "nationality")
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
CONTEXT = 256
# Sums of float32 log-probabilities in another order.
TOLERANCE = 2e-4
SHARES = ("acc", "acc_norm", "acc_bytes")

TASKS = {
    "facts_choice": """\
output_type: multiple_choice
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_choice: "{{choices}}"
doc_to_target: "{{choices.index(answer)}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
  - {metric: acc_bytes, aggregation: mean, higher_is_better: true}
""",
    "facts_word": """\
output_type: loglikelihood
doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
doc_to_target: "{{' '+text.split(' ')[-1]}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: perplexity, aggregation: perplexity, higher_is_better: false}
""",
    "pages": """\
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{page}}"
metric_list:
  - {metric: word_perplexity, aggregation: weighted_perplexity, higher_is_better: false}
  - {metric: byte_perplexity, aggregation: weighted_perplexity, higher_is_better: false}
  - {metric: bits_per_byte, aggregation: bits_per_byte, higher_is_better: false}
""",
}


def rows():
    prompts = dict(line.split("\t") for line in (FACTS / "relations.tsv").read_text("utf-8").splitlines())
    chance = random.Random(7)
    choice, word = [], []
    for relation in RELATIONS:
        facts = [line.split("\t") for line in (FACTS / f"{relation}.tsv").read_text("utf-8").splitlines()]
        answers = sorted({answer for _, answer in facts})
        for subject, answer in facts:
            prompt = prompts[relation].replace("{}", subject)
            choices = chance.sample([other for other in answers if other != answer], 3) + [answer]
            chance.shuffle(choices)
            choice.append({"question": prompt, "choices": choices, "answer": answer})
            word.append({"text": f"{prompt} {answer}"})
    pages = [{"page": Path(name).read_text("utf-8")} for name in PAGES]
    return {"facts_choice": choice, "facts_word": word, "pages": pages}


def prepare(work, most):
    """Task files with data."""
    work.mkdir(parents=True, exist_ok=True)
    for name, content in rows().items():
        data = (work / f"{name}.jsonl").resolve()
        data.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content[:most]), "utf-8")
        head = f"task: {name}\ndataset_path: json\ndataset_kwargs: {{data_files: {{test: {data}}}}}\ntest_split: test\n"
        (work / f"{name}.yaml").write_text(head + TASKS[name], "utf-8")


def harness(model, work):
    import lm_eval
    from lm_eval.tasks import TaskManager

    results = lm_eval.simple_evaluate(
        model="hf",
        model_args={"pretrained": str(model), "dtype": "float32", "max_length": CONTEXT},
        tasks=list(TASKS),
        task_manager=TaskManager(include_path=str(work), include_defaults=False),
        device="cpu",
        batch_size=8,
        bootstrap_iters=0,
        log_samples=True,
    )
    samples = {task: sorted(rows, key=lambda row: row["doc_id"]) for task, rows in results["samples"].items()}
    return results["results"], samples


def trawl(command, model, work):
    output = work / "trawl.json"
    tasks = [part for name in TASKS for part in ("--task", str(work / f"{name}.yaml"))]
    subprocess.run(
        shlex.split(command)
        + ["evaluate", "--model", str(model), *tasks, "--max-length", str(CONTEXT), "--output", str(output), "--overwrite"],
        check=True,
    )
    examples = pyarrow.dataset.dataset(work / "trawl-examples.parquet").to_table().to_pylist()
    examples.sort(key=lambda example: example["index"])
    samples = {task: [each for each in examples if each["task"] == task] for task in TASKS}
    return json.loads(output.read_text("utf-8"))["results"], samples


def log_likelihoods(task, theirs, ours, tokenizer):
    """The log-likelihood of the right answer, by lm-eval and by Trawl, which gives that of a choice for each token."""
    if task != "facts_choice":
        response = theirs["filtered_resps"][0]
        return response[0] if isinstance(response, (list, tuple)) else response, ours["log_likelihood"]
    gold = theirs["doc"]["choices"].index(theirs["doc"]["answer"])
    context, answer = theirs["arguments"][gold]
    tokens = len(tokenizer(context + answer).input_ids) - len(tokenizer(context).input_ids)
    return theirs["filtered_resps"][gold][0], -ours["loss"] * tokens


def distance(task, share, theirs):
    """How far the two best answers are from each other by the count of `share`, in lm-eval's numbers."""
    if task != "facts_choice":
        return float("nan")
    sizes = {"acc": lambda choice: 1, "acc_norm": len, "acc_bytes": lambda choice: len(choice.encode())}[share]
    scores = [response[0] / sizes(choice) for response, choice in zip(theirs["filtered_resps"], theirs["doc"]["choices"])]
    best, second = sorted(scores, reverse=True)[:2]
    return best - second


def compare_examples(task, theirs, ours, tokenizer):
    """Prints what differs; whether none does without a reason."""
    largest, different, unexplained = 0.0, 0, 0
    for their, our in zip(theirs, ours, strict=True):
        first, second = log_likelihoods(task, their, our, tokenizer)
        relative = abs(first - second) / max(abs(first), 1)
        largest = max(largest, relative)
        unexplained += relative > TOLERANCE
        for share in SHARES:
            if share in their and their[share] != our[share]:
                different += 1
                apart = distance(task, share, their)
                unexplained += not apart < TOLERANCE
                print(f"{task} {our['index']}: {share} {their[share]} and {our[share]}, two best answers {apart:.1e} apart")
    print(f"{task:14} {len(ours)} examples, {different} counted otherwise, log-likelihood at most {largest:.1e} off")
    return unexplained == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--trawl", default="jobs/trawl")
    parser.add_argument("--rows", type=int)
    arguments = parser.parse_args()
    model = arguments.model
    prepare(arguments.work, arguments.rows)
    times, answers = [], []
    for run in (lambda: harness(model, arguments.work), lambda: trawl(arguments.trawl, model, arguments.work)):
        start = time.monotonic()
        answers.append(run())
        times.append(time.monotonic() - start)
    (theirs, their_samples), (ours, our_samples) = answers
    print(f"{'task':14} {'metric':18} {'lm-eval':>14} {'trawl':>14} {'relative':>10}")
    agree = True
    for task in TASKS:
        for key, value in theirs[task].items():
            if "_stderr" in key or not isinstance(value, float):
                continue
            own = ours[task][key]
            relative = abs(own - value) / max(abs(value), 1e-12)
            # Shares are compared example by example.
            agree &= relative <= TOLERANCE or key.split(",")[0] in SHARES
            print(f"{task:14} {key:18} {value:14.8f} {own:14.8f} {relative:10.1e}")
    tokenizer = AutoTokenizer.from_pretrained(model)
    for task in TASKS:
        agree &= compare_examples(task, their_samples[task], our_samples[task], tokenizer)
    print(f"seconds: lm-eval {times[0]:.0f}, trawl {times[1]:.0f}")
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
