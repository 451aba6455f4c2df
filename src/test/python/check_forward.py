"""Compares a model's log-probabilities and greedy continuations with those of transformers, on 50 prompts.

Needs transformers, torch and the compiled benchmarks (mvn -Pjmh test-compile, with the class path in target/bench/classpath as
jobs/bench leaves it, or --classpath). Exit code 1 if a log-probability is off by more than 1e-3 or a continuation differs.

    python src/test/python/check_forward.py MODEL
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

NEW_TOKENS = 10
PLACES = ("France", "Japan", "Egypt", "Peru", "Norway", "Kenya", "Canada", "Vietnam", "Poland", "Chile")
PROMPTS = [prompt.format(place) for place in PLACES for prompt in (
    "The capital of {} is", "People in {} like to eat", "{} is a country in", "Tell me a short story about a river in {}.",
    "Once upon a time, a king of {} had three daughters, and the youngest of them")]


def load(directory):
    masked = AutoConfig.from_pretrained(directory).model_type in ("bert", "roberta", "distilbert")
    auto = AutoModelForMaskedLM if masked else AutoModelForCausalLM
    return auto.from_pretrained(directory, dtype=torch.float32).eval(), masked


def theirs(model, masked, tokens):
    ids = torch.tensor([tokens])
    with torch.inference_mode():
        scores = model(input_ids=ids).logits[0].log_softmax(-1)
        if masked:
            return scores[torch.arange(len(tokens)), ids[0]].tolist(), []
        added = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=NEW_TOKENS, eos_token_id=None)
    return scores[torch.arange(len(tokens) - 1), ids[0, 1:]].tolist(), added[0, len(tokens):].tolist()


def ours(directory, prompts, classpath):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(prompts, file)
        file.flush()
        command = ["java", "-Xmx1g", "-cp", classpath, "io.github.trawl.evaluation.model.ForwardComparison",
                   directory, file.name, str(NEW_TOKENS)]
        output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--classpath")
    options = parser.parse_args()
    classpath = options.classpath or "target/test-classes:target/classes:" + Path("target/bench/classpath").read_text().strip()
    model, masked = load(options.model)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    prompts = [tokenizer(prompt).input_ids for prompt in PROMPTS]
    largest, different = 0.0, 0
    for tokens, answer in zip(prompts, ours(options.model, prompts, classpath), strict=True):
        scores, added = theirs(model, masked, tokens)
        largest = max(largest, *(abs(one - other) for one, other in zip(scores, answer["logProbabilities"], strict=True)))
        different += added != answer["added"]
    print(f"{options.model}: {len(prompts)} prompts, {sum(map(len, prompts))} tokens: log-probabilities differ by at most"
          f" {largest:.1e}, {different} continuations differ")
    sys.exit(largest > 1e-3 or different > 0)


if __name__ == "__main__":
    main()
