"""Tokens per second of the forward pass beside transformers: the same batches and threads, in turns, in one run.

Both compute logits at one position of each sequence only, and both pad batches to their longest. Needs transformers,
torch and the compiled benchmarks (jobs/bench --help compiles them; or --classpath). Run from the repository root:

    python src/test/python/bench_forward.py MODEL [--dtype float32] [--threads 2] [--length 6:20] [--batch 32] [--batches 6] [--turns 3]
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM


def parser():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), default="float32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--length", default="6:20")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--batches", type=int, default=6)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--classpath")
    return parser


def load(directory, dtype):
    config = AutoConfig.from_pretrained(directory)
    masked = config.model_type in ("bert", "roberta", "distilbert")
    auto = AutoModelForMaskedLM if masked else AutoModelForCausalLM
    return auto.from_pretrained(directory, dtype=getattr(torch, dtype)).eval()


def made(options, vocabulary):
    """Sorted by length, so that a batch holds sequences of like length."""
    shortest, longest = map(int, options.length.split(":"))
    draw = random.Random(1)
    lengths = sorted(draw.randint(shortest, longest) for _ in range(options.batch * options.batches))
    tokens = [[draw.randrange(1000, vocabulary) for _ in range(length)] for length in lengths]
    return [tokens[i:i + options.batch] for i in range(0, len(tokens), options.batch)]


def forward(model, batches):
    """The sum of log-probabilities of token 1000 at the last position but one."""
    total = 0.0
    head = model.cls if hasattr(model, "cls") else model.lm_head
    with torch.inference_mode():
        for batch in batches:
            length = max(map(len, batch))
            ids = torch.tensor([each + [0] * (length - len(each)) for each in batch])
            mask = torch.tensor([[1] * len(each) + [0] * (length - len(each)) for each in batch])
            hidden = model.base_model(input_ids=ids, attention_mask=mask).last_hidden_state
            rows = hidden[torch.arange(len(batch)), torch.tensor([len(each) - 2 for each in batch])]
            logits = head(rows).float()
            total += float(torch.log_softmax(logits, -1)[:, 1000].sum())
            logits.argmax(-1)
    return total


def ours(options, benchmark, *arguments):
    """The lines that one of our benchmarks prints: one for each of two rounds."""
    classpath = options.classpath or "target/test-classes:target/classes:" + Path("target/bench/classpath").read_text().strip()
    command = ["java", "-Xmx1g", "-cp", classpath, "io.github.trawl.evaluation.model." + benchmark, options.model, *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout.splitlines()


def cpu():
    """The processor, and what it multiplies."""
    lines = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines())
    values = {key.strip(): value.strip() for key, value in lines.items()}
    features = values.get("flags", "").split()
    names = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
    return f"{values.get('model name')} {' '.join(name for name in names if name in features)}"


def report(tokens, theirs, own):
    """Prints tokens per second and their ratios, from lists of (seconds, seconds of the processor)."""
    for name, times in (("transformers", theirs), ("trawl", own)):
        rates = sorted(tokens / seconds for seconds, _ in times)
        print(f"{name:13} {statistics.median(rates):8.0f} tokens/s (from {rates[0]:.0f} to {rates[-1]:.0f}),"
              f" {statistics.median(tokens / processor for _, processor in times):.0f} per second of the processor")
    for what, index in (("tokens/s", 0), ("tokens per second of the processor", 1)):
        ratio = statistics.median(each[index] for each in theirs) / statistics.median(each[index] for each in own)
        print(f"ratio of {what}: {ratio:.2f}")


def main():
    options = parser().parse_args()
    torch.set_num_threads(options.threads)
    model = load(options.model, options.dtype)
    batches = made(options, model.config.vocab_size)
    tokens = sum(map(len, sum(batches, [])))
    theirs, own, sums = [], [], set()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(batches, file)
        file.flush()
        forward(model, batches[:2])
        for _ in range(options.turns):
            for _ in range(2):
                start, processor = time.perf_counter(), time.process_time()
                expected = forward(model, batches)
                theirs.append((time.perf_counter() - start, time.process_time() - processor))
            for line in ours(options, "ForwardBenchmark", file.name, str(options.threads), options.dtype, "2"):
                *seconds, total = map(float, line.split())
                own.append(seconds)
                sums.add(abs(total - expected) / (options.batch * options.batches))
    print(f"{options.model}: {len(batches)} batches of {options.batch}, {tokens} tokens, {options.threads} threads, {options.dtype}, {cpu()}")
    print(f"mean log-probability differs by {max(sums):.1e}")
    report(tokens, theirs, own)


if __name__ == "__main__":
    main()
