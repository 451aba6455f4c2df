"""What LASER (pratyushasharma/laser) computes for a choice, one example at a time: for each choice its summed log-probability
and the number that its loss divides by. Written anew after the scripts that each function names.
"""

import torch


def chosen(scores, gold):
    """The place of the likeliest choice, the first at a tie, and the loss of the right one."""
    sums = [total for total, _ in scores]
    return sums.index(max(sums)), -sums[gold] / scores[gold][1]


def spelt(tokenizer, ids, choice):
    """Length of the shortest run of last tokens that spells the choice; None where LASER stops. find_answer_len in metric_utils.py."""
    runs = range(1, len(ids) + 1)
    texts = (tokenizer.decode(ids[-run:], clean_up_tokenization_spaces=False).strip() for run in runs)
    return next((run for run, text in zip(runs, texts) if text == choice.strip()), None)


@torch.no_grad()
def log_probabilities(model, ids):
    return torch.log_softmax(model(input_ids=torch.tensor([ids])).logits[0].double(), dim=-1)


def mask_fill(model, tokenizer, prompt, choices):
    """One mask in the prompt, choices of one token. intervention_roberta_bios_profession.py, _fever.py, _truthfulqa.py."""
    ids = tokenizer(prompt).input_ids
    scores = log_probabilities(model, ids)[ids.index(tokenizer.mask_token_id)]
    tokens = [tokenizer(f" {choice}", add_special_tokens=False).input_ids for choice in choices]
    if any(len(each) != 1 for each in tokens):
        raise SystemExit(f"LASER takes choices of one token, not {choices}")
    return [(scores[token].item(), 1) for (token,) in tokens]


def continuation(model, tokenizer, question, choices):
    """The choice behind the question, masked, no tokens around both. intervention_roberta_bbh.py, masked_answer_log_prob.

    Where LASER stops because no run spells the choice, all tokens behind the question's count.
    """
    scores = []
    for choice in choices:
        ids = tokenizer(f"{question} {choice}", add_special_tokens=False).input_ids
        length = spelt(tokenizer, ids, choice) or len(ids) - len(tokenizer(question, add_special_tokens=False).input_ids)
        table = log_probabilities(model, ids[:-length] + [tokenizer.mask_token_id] * length)
        total = sum(table[i, ids[i]].item() for i in range(len(ids) - length, len(ids)))
        scores.append((total, length + 1))
    return scores


def causal(model, tokenizer, question, choices):
    """The choice behind the question. multi_token_eval in intervention_gptj_bbh.py, answer_log_prob in metric_utils.py."""
    scores = []
    for choice in choices:
        ids = tokenizer(f"{question} {choice}").input_ids
        length = spelt(tokenizer, ids, choice)
        table = log_probabilities(model, ids)
        scores.append((sum(table[i - 1, ids[i]].item() for i in range(len(ids) - length, len(ids))), length))
    return scores
