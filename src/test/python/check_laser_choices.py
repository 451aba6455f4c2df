"""Compares a masked model's acc_laser and loss_laser by Trawl, example by example, with LASER's way computed by transformers.

Takes rows by chance from the Parquet file that `evaluate --task TASK --data DATA --output FILE.json` leaves beside its output, for
the tasks epistemic-reasoning (BIG-bench's task.json) and bios (rows {hard_text, profession} as JSONL). The loss must agree within
1e-4, the accuracy wherever the two likeliest choices are further apart than that. Needs pyarrow, torch and transformers.
Run: python src/test/python/check_laser_choices.py TASK MODEL_DIRECTORY DATA EXAMPLES.parquet [--rows N] [--seed N]
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import laser_choices  # noqa: E402
import pyarrow.dataset  # noqa: E402
import torch  # noqa: E402
from transformers import AutoModelForMaskedLM, AutoTokenizer  # noqa: E402

TOLERANCE = 1e-4
INSTRUCTION = (
    "Identify the relation between the following premises and hypotheses, choosing from the options 'entailment' or"
    " 'non-entailment'.\n\n"
)
# Numbers of the data set, in the order of LASER's choices.
PROFESSIONS = {11: "journalist", 20: "poet", 5: "composer", 12: "model", 26: "teacher", 1: "architect", 14: "painter", 21: "professor"}


class EpistemicReasoning:
    way = staticmethod(laser_choices.continuation)

    def rows(self, data):
        return json.loads(data.read_text("utf-8"))["examples"]

    def question(self, tokenizer, row):
        choices = list(row["target_scores"])
        return f"{INSTRUCTION}{row['input']}\nRelation:", choices, list(row["target_scores"].values()).index(1)


class Bios:
    way = staticmethod(laser_choices.mask_fill)

    def rows(self, data):
        rows = [json.loads(line) for line in data.read_text("utf-8").splitlines() if line.strip()]
        return [row for row in rows if row["profession"] in PROFESSIONS]

    def question(self, tokenizer, row):
        ids = tokenizer(row["hard_text"], add_special_tokens=False).input_ids
        text = row["hard_text"] if len(ids) <= 50 else tokenizer.decode(ids[-50:], clean_up_tokenization_spaces=False)
        stop = "" if text.strip().endswith((".", "?")) else "."
        prompt = f"Consider the following text: {text.strip()}{stop} The profession of the person in the text is called"
        return f"{prompt} {tokenizer.mask_token}.", list(PROFESSIONS.values()), list(PROFESSIONS).index(row["profession"])


TASKS = {"epistemic-reasoning": EpistemicReasoning(), "bios": Bios()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=TASKS)
    for name in ("model", "data", "examples"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    task = TASKS[arguments.task]
    rows = task.rows(arguments.data)
    table = pyarrow.dataset.dataset(arguments.examples).to_table().to_pylist()
    examples = [each for each in table if each["task"] == arguments.task and each["candidate"] == "unmodified"]
    chosen = random.Random(arguments.seed).sample(examples, min(arguments.rows, len(examples)))
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    model = AutoModelForMaskedLM.from_pretrained(arguments.model, dtype=torch.float32).eval()
    different, worst, right = 0, 0.0, 0
    for example in chosen:
        question, choices, gold = task.question(tokenizer, rows[example["index"]])
        scores = task.way(model, tokenizer, question, choices)
        place, loss = laser_choices.chosen(scores, gold)
        right += place == gold
        worst = max(worst, abs(loss - example["loss_laser"]))
        best = sorted((total for total, _ in scores), reverse=True)
        if (place == gold) != (example["acc_laser"] == 1.0) and best[0] - best[1] > TOLERANCE:
            different += 1
            print(f"{example['index']}: {scores}, right is {gold}, Trawl's acc_laser {example['acc_laser']}")
    print(f"{len(chosen)} of {len(examples)} examples, {right} right: {different} differ in acc_laser, loss_laser at most {worst:.1e} off")
    sys.exit(0 if different == 0 and worst < TOLERANCE else 1)


if __name__ == "__main__":
    main()
