"""Compares answers to 50 world facts by Trawl with transformers: the greedy text and the right one's loss.

Writes the prompts as a task of its own, runs `evaluate` on it, and reads the examples that it leaves.
Every generated text must be the same, every loss within 1e-3. Needs pyarrow, torch and transformers.
Run from the repository's root: python src/test/python/check_smollm2.py MODEL_DIRECTORY WORK_DIRECTORY
  [COMMAND]   what runs `evaluate` (default: jobs/trawl)
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pyarrow.dataset  # noqa: E402
import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

PROMPTS = 50
NEW_TOKENS = 10
TOLERANCE = 1e-3


TASK = f"""\
task: prompts
dataset_path: prompts.jsonl
doc_to_text: prompt
doc_to_target: answer
generation_kwargs: {{max_gen_toks: {NEW_TOKENS}}}
"""


def prompts():
    """Facts of all relations, evenly."""
    facts = Path("src/main/resources/io/github/trawl/evaluation/task/world-facts")
    rows = []
    for line in (facts / "relations.tsv").read_text("utf-8").splitlines():
        relation, prompt = line.split("\t")
        for fact in (facts / f"{relation}.tsv").read_text("utf-8").splitlines():
            subject, answer = fact.split("\t")
            rows.append({"prompt": prompt.replace("{}", subject), "answer": answer})
    return rows[:: len(rows) // PROMPTS][:PROMPTS]


def trawl(command, model, work, rows):
    work.mkdir(parents=True, exist_ok=True)
    (work / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (work / "prompts.yaml").write_text(TASK, "utf-8")
    output = work / "prompts.json"
    arguments = ["evaluate", "--model", model, "--task", str(work / "prompts.yaml"), "--output", str(output), "--overwrite"]
    subprocess.run(shlex.split(command) + arguments, check=True)
    examples = pyarrow.dataset.dataset(work / "prompts-examples.parquet").to_table().to_pylist()
    return sorted(examples, key=lambda example: example["index"])


@torch.no_grad()
def answer(model, tokenizer, prompt, target):
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    made = model.generate(ids, max_new_tokens=NEW_TOKENS, do_sample=False)[0, ids.shape[1] :]
    whole = tokenizer(f"{prompt} {target}", return_tensors="pt").input_ids
    scores = torch.log_softmax(model(whole).logits[0].double(), dim=-1)
    places = range(ids.shape[1], whole.shape[1])
    loss = -sum(scores[i - 1, whole[0, i]].item() for i in places) / len(places)
    return tokenizer.decode(made, skip_special_tokens=True), loss


def main(directory, work, command="jobs/trawl"):
    rows = prompts()
    examples = trawl(command, directory, Path(work), rows)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()
    different, largest = 0, 0.0
    for row, example in zip(rows, examples, strict=True):
        text, loss = answer(model, tokenizer, row["prompt"], row["answer"])
        largest = max(largest, abs(loss - example["loss"]))
        if text != example["prediction"] or abs(loss - example["loss"]) > TOLERANCE:
            different += 1
            print(f"{row['prompt']!r}: {text!r} {loss:.6f}, Trawl {example['prediction']!r} {example['loss']:.6f}")
    print(f"{len(rows)} prompts, {different} different, largest difference of a loss {largest:.1e}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
