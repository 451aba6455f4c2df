"""Tokens per second of greedy generation beside transformers: the same prompts, batches and threads, in turns, in one run.

Both add the same number of tokens to every prompt, without a stop, keeping keys and values. Prompts are random tokens of
different lengths, which both pad. Needs transformers, torch and the compiled benchmarks (jobs/bench --help compiles them; or
--classpath). Run from the repository root:

    python src/test/python/bench_generation.py MODEL [--new-tokens 32] [--dtype float32] [--threads 2] [--length 6:20] [--batch 32] [--batches 6] [--turns 3]
"""
import json
import tempfile
import time

import torch

import bench_forward


def generate(model, batches, new_tokens):
    added = []
    with torch.inference_mode():
        for batch in batches:
            length = max(map(len, batch))
            ids = torch.tensor([[0] * (length - len(each)) + each for each in batch])
            mask = torch.tensor([[0] * (length - len(each)) + [1] * len(each) for each in batch])
            texts = model.generate(input_ids=ids, attention_mask=mask, do_sample=False, max_new_tokens=new_tokens)
            added.extend(texts[:, length:].tolist())
    return added


def main():
    parser = bench_forward.parser()
    parser.add_argument("--new-tokens", type=int, default=32)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = bench_forward.load(options.model, options.dtype)
    # No token ends a text, so that both add equally many.
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    batches = bench_forward.made(options, model.config.vocab_size)
    theirs, own = [], []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(batches, file)
        file.flush()
        generate(model, batches[:1], options.new_tokens)
        for _ in range(options.turns):
            for _ in range(2):
                start, processor = time.perf_counter(), time.process_time()
                expected = generate(model, batches, options.new_tokens)
                theirs.append((time.perf_counter() - start, time.process_time() - processor))
            for line in bench_forward.ours(
                    options, "GenerationBenchmark", file.name, str(options.threads), options.dtype, "2", str(options.new_tokens)):
                answer = json.loads(line)
                own.append((answer["seconds"], answer["processorSeconds"]))
    prompts = options.batch * options.batches
    same = sum(a == b for a, b in zip(expected, answer["added"], strict=True))
    print(f"{options.model}: {options.batches} batches of {options.batch} prompts of {options.length} tokens,"
          f" {options.new_tokens} more each, {options.threads} threads, {options.dtype}, {bench_forward.cpu()}")
    print(f"{same} of {prompts} continuations are the same")
    bench_forward.report(prompts * options.new_tokens, theirs, own)


if __name__ == "__main__":
    main()
