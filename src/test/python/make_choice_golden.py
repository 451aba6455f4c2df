"""Writes src/test/resources/choice/NAME: a tokenizer for the tiny model of src/test/resources/forward/NAME, and golden.json with
what LASER computes for a few questions with choices.

Needs transformers 5, tokenizers, torch. Run from the repository root: python src/test/python/make_choice_golden.py
"""

import json
from pathlib import Path

import laser_choices
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, PreTrainedTokenizerFast

RESOURCES = Path("src/test/resources")
VOCABULARY = 40
CORPUS = [" red sea hat"] * 9 + [" then", " a lone star:", " no- and not.", " is it"]
# One ends with a space, a token of its own that LASER does not count as the choice's.
QUESTIONS = ["the star is", "a hat and", "red: ", "then one", "to the sea. do not", "rest or", "is it red or", "no hat at all: "]
WAYS_OF_MASKED = {
    "mask_fill": (["red", "sea", "no"], " <mask>."),
    "continuation": (["red hat", "hat red", "not red", "tar"], ""),
}
WAYS_OF_CAUSAL = {"causal": (["red hat", "not red", "lone", "one sea"], "")}
# Beyond the rounding of float32, so that the likeliest choice is beyond doubt.
MARGIN = 1e-2


def tokenizer(masked):
    special = ["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True, normalized=False)]
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=special, show_progress=False))
    if masked:
        made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return made


def case(score, question, choices, gold):
    scores = score(question, choices)
    sums = sorted((total for total, _ in scores), reverse=True)
    if sums[0] - sums[1] < MARGIN:
        raise SystemExit(f"{question!r}: two choices are too close")
    place, loss = laser_choices.chosen(scores, gold)
    return {"question": question, "choices": choices, "gold": gold, "chosen": place, "loss": loss}


def write(name, auto, ways):
    masked = auto is AutoModelForMaskedLM
    directory = RESOURCES / "choice" / name
    directory.mkdir(parents=True, exist_ok=True)
    made = tokenizer(masked)
    peer = PreTrainedTokenizerFast(tokenizer_object=made, mask_token="<mask>")
    model = auto.from_pretrained(RESOURCES / "forward" / name, dtype=torch.float32).eval()
    golden = {}
    for way, (choices, mask) in ways.items():
        function = getattr(laser_choices, way)
        score = lambda question, options: function(model, peer, (question.strip() + mask) if mask else question, options)  # noqa: E731
        golden[way] = [case(score, question, choices, i % len(choices)) for i, question in enumerate(QUESTIONS)]
        print(name, way, [each["chosen"] for each in golden[way]])
    (directory / "tokenizer.json").write_text(made.to_str() + "\n", encoding="utf-8")
    (directory / "tokenizer_config.json").write_text(json.dumps({"mask_token": "<mask>"}) + "\n", encoding="utf-8")
    (directory / "golden.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("roberta", AutoModelForMaskedLM, WAYS_OF_MASKED)
    write("gptj", AutoModelForCausalLM, WAYS_OF_CAUSAL)
