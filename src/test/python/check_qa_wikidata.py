"""Compares a masked model's answers to QA-WikiData by Trawl, example by example, with transformers.

Takes rows by chance from the Parquet file that `evaluate --task qa-wikidata --data DATA --output FILE.json`
leaves beside its output. Filled masks must be the same, the log-likelihood of the answer and LASER's loss
within 1e-4. With --dtype bfloat16, for a run with the same option, the log-likelihoods must be as near to those of
float32 as the ones that transformers computes in bfloat16. Needs pyarrow, torch and transformers.
Run: python src/test/python/check_qa_wikidata.py MODEL_DIRECTORY DATA.jsonl EXAMPLES.parquet [--rows N] [--seed N] [--dtype T]
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pyarrow.dataset  # noqa: E402
import torch  # noqa: E402
from transformers import AutoModelForMaskedLM, AutoTokenizer  # noqa: E402

TOLERANCE = 1e-4


class Peer:
    def __init__(self, directory, dtype):
        self.tokenizer = AutoTokenizer.from_pretrained(directory)
        self.model = AutoModelForMaskedLM.from_pretrained(directory, dtype=getattr(torch, dtype)).eval()

    @torch.no_grad()
    def masked(self, ids):
        """Log-probabilities of all tokens at each mask."""
        ids = torch.tensor([ids])
        logits = self.model(input_ids=ids).logits[0].double()
        return torch.log_softmax(logits[ids[0] == self.tokenizer.mask_token_id], dim=-1)

    def fill(self, prompt):
        ids = self.tokenizer(f"{prompt} {self.tokenizer.mask_token} .").input_ids
        return self.tokenizer.decode(self.masked(ids)[0].argmax().item())

    def log_likelihood(self, prompt, answer):
        """One mask for each token of the answer; with the number of them."""
        targets = self.tokenizer(answer, add_special_tokens=False).input_ids
        masks = " ".join([self.tokenizer.mask_token] * len(targets))
        scores = self.masked(self.tokenizer(f"{prompt} {masks} .").input_ids)
        return sum(scores[i, token].item() for i, token in enumerate(targets)), len(targets)

    def laser_loss(self, prompt, answer):
        """No tokens around the text, no full stop behind it, divided by one more than the tokens."""
        ids = self.tokenizer(f"{prompt} {answer}", add_special_tokens=False).input_ids
        targets = self.tokenizer(answer, add_special_tokens=False).input_ids
        scores = self.masked(ids[: -len(targets)] + [self.tokenizer.mask_token_id] * len(targets))
        return -sum(scores[i, token].item() for i, token in enumerate(targets)) / (len(targets) + 1)


def rounds_alike(chosen, rows, exact, rounded):
    own, theirs, own_fills, their_fills, fills, apart = [], [], 0, 0, 0, 0.0
    for example in chosen:
        row = rows[example["index"]]
        prompt, answer = row["context"].strip(), row["continuation"].strip()
        right, tokens = exact.log_likelihood(prompt, answer)
        peer, ours = rounded.log_likelihood(prompt, answer)[0], -example["loss"] * tokens
        own.append((ours - right) ** 2)
        theirs.append((peer - right) ** 2)
        apart = max(apart, abs(ours - peer))
        fill, peer_fill = exact.fill(prompt), rounded.fill(prompt)
        own_fills += fill != example["prediction"]
        their_fills += fill != peer_fill
        fills += peer_fill != example["prediction"]
    own, theirs = ((sum(each) / len(each)) ** 0.5 for each in (own, theirs))
    print(f"{len(chosen)} examples in bfloat16; log-likelihoods are {own:.4f} off those of float32 (root of the mean square),"
          f" transformers' {theirs:.4f}; {apart:.3f} apart at most")
    print(f"fills that differ from float32: {own_fills}, transformers' {their_fills}; from one another: {fills}")
    return own < 1.5 * theirs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.data.read_text("utf-8").splitlines() if line.strip()]
    examples = [
        example
        for example in pyarrow.dataset.dataset(arguments.examples).to_table().to_pylist()
        if example["candidate"] == "unmodified"
    ]
    chosen = random.Random(arguments.seed).sample(examples, min(arguments.rows, len(examples)))
    peer = Peer(arguments.model, "float32")
    if arguments.dtype == "bfloat16":
        sys.exit(0 if rounds_alike(chosen, rows, peer, Peer(arguments.model, "bfloat16")) else 1)
    different, likelihood, laser = 0, 0.0, 0.0
    for example in chosen:
        row = rows[example["index"]]
        prompt, answer = row["context"].strip(), row["continuation"].strip()
        fill = peer.fill(prompt)
        accuracy = float(answer.lower() in fill.lower())
        total, tokens = peer.log_likelihood(prompt, answer)
        likelihood = max(likelihood, abs(total + example["loss"] * tokens))
        laser = max(laser, abs(peer.laser_loss(prompt, answer) - example["loss_laser"]))
        if fill != example["prediction"] or accuracy != example["accuracy"]:
            different += 1
            print(f"{example['index']} {prompt!r}: {fill!r}, Trawl {example['prediction']!r}")
    print(f"{len(chosen)} of {len(examples)} examples: {different} fills or accuracies differ")
    print(f"largest difference of a log-likelihood {likelihood:.1e}, of loss_laser {laser:.1e}")
    sys.exit(0 if different == 0 and max(likelihood, laser) < TOLERANCE else 1)


if __name__ == "__main__":
    main()
