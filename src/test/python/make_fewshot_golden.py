"""Writes src/test/resources/fewshot/golden.json: what Python's random draws, what its regular expressions take out of texts, what
lm-evaluation-harness counts as an exact match, and the prompts and samples that it makes of tasks with examples and descriptions.

Needs lm-eval 0.4.13 with datasets and torch. Run from the repository root: python src/test/python/make_fewshot_golden.py
"""

import json
import os
import random
import re
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import yaml  # noqa: E402
from lm_eval.api.metrics import exact_match_hf_evaluate  # noqa: E402
from lm_eval.api.model import LM  # noqa: E402
from lm_eval.evaluator import evaluate  # noqa: E402
from lm_eval.loggers import EvaluationTracker  # noqa: E402
from lm_eval.models.utils import normalize_gen_kwargs  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from lm_eval.utils import hash_string  # noqa: E402

GOLDEN = Path("src/test/resources/fewshot/golden.json")

SIZES = [(1, 1), (5, 3), (21, 5), (22, 5), (22, 1), (100, 6), (85, 6), (86, 6), (85, 7), (1000, 21), (1045, 22), (1046, 22), (20321, 4), (70000, 3)]

REGEXES = [
    (r"\s+", "a b\u00a0c\u001cd\u200be\n"), (r"\d", "1 \u0663 \u00b2 \u00bd"), (r"\w+", "na\u00efve e\u0301 a_b \u203f \u00b2!"), (r"\W", "a b.\u0301c_"),
    (r"\bthe\b", "the thee \u0301the the\u00e9 the"), (r"\B-\B", "a-b - -- -"), (r".", "a\r\nb\u2028c\u0085"), (r"a$", "ba\n"), (r"a\Z", "ba\n"), (r"a\Z", "ba"),
    (r"(?i)STRASSE|\u00c4", "strasse \u00e4 \u00c4"), (r"(?m)^x", "x\nx\rx"), (r"(?s)a.b", "a\nb a\u2028b"), (r"(?i:A)b", "ab AB Ab"), (r"[[]x", "[x x"), (r"[]a]+", "]a]b"),
    (r"[^]a]+", "]ab]c"), (r"[a&]+", "a&b"), (r"[\s\S]", "a b"), (r"[\W_]+", "a - b_c"), (r"[^\w]", "a-\u00e9"), (r"[^\d]", "1a\u0663"), (r"[\b]", "a\bb"), (r"{x}", "a{x}b"),
    (r"a{2}", "aaa"), (r"a{,2}b", "aaab b"), (r"a{1,}", "aab"), (r"x{", "x{y"), (r"a*?", "aab"), (r"a*?b", "aab"), (r"|a", "aba"), (r"(?:)|b+", "abbc"), (r"(?=a)|a", "aaab"),
    (r"x*", "axxb"), (r"(?P<q>['\"]).*?(?P=q)", "say 'a' or \"b'\""), (r"(a)(b)\2", "abb ab"), (r"(?<=\$)\d+", "$12 12"), (r"(?<!\$)\b\d+", "$12 12"), (r"\$", "1$2$"),
    (r"\.$", "end."), (r",", "1,000,000"), (r"(?s).*#### ", "so\n#### 12"), (r"\A\s*", "  a  b"), (r"\x41\u0042\U00000043", "xABCx"), (r"[\x41-\x43]", "xABCDx"), (r"\U0001F600", "a\U0001F600b"),
    (r".", "a\U0001F600b"), (r"[\U0001F600]", "a\U0001F600b"), (r"[a-]+", "a-b"), (r"[.#%]", "1.5#%"), (r"a++b", "aab"), (r"(?>a|ab)c", "abc ac"), (r"\-\_\ \#", "a-_ #b"),
    (r"\t\v\f\a", "x\t\x0b\x0c\x07y"), (r"", "abc"), (r"^", "abc"), (r"(a)|b", "abc"), (r"[^\S\n]+", None), (r"(?i)[k]", "K\u212a"), (r"the |a |an ", "the a an"), (r"\\", "a\\b"),
    (r"}", "a}b"), (r"[{}]", "{a}"), (r"\d{1,3}(,\d{3})*", "12,345 1"),
]
REFUSED = [r"(?x)a b", r"(?#c)a", r"(a)?(?(1)b|c)", r"(?a)\w", r"\012", r"\10", r"\N{DASH}", r"[a--b]", r"\p{L}", r"(", r"[a", r"*a", r"a\\"[:-1], r"(?P=x)", r"\z", r"[^\S]"]

MATCHES = [
    ({}, "Oslo", "Oslo"), ({}, " Oslo", "Oslo"), ({}, "oslo", "Oslo"), ({"ignore_case": True}, "oSLO", "Oslo"), ({"ignore_case": True}, "\u00c4\u03a3", "\u00e4\u03c2"),
    ({"ignore_punctuation": True}, "O's-lo.", "Oslo"), ({"ignore_punctuation": True}, "Oslo\u2019s", "Oslos"), ({"ignore_numbers": True}, "route 66", "route "),
    ({"ignore_numbers": True}, "a\u0663", "a"), ({"regexes_to_ignore": [r"\s"]}, " Os lo ", "Oslo"), ({"regexes_to_ignore": [",", r"\$", r"(?s).*#### ", r"\.$"]}, "So\n#### $1,234.", "1234"),
    ({"regexes_to_ignore": ["the "], "ignore_case": True}, "The Hague", "hague"), ({"regexes_to_ignore": ["the "], "ignore_case": True}, "the Hague", "hague"),
    ({"regexes_to_ignore": ["a", "bb"]}, "xbabx", "xx"), ({"ignore_case": True, "ignore_punctuation": True, "ignore_numbers": True, "regexes_to_ignore": [r"\s+"]}, "No. 1\n", "NO"),
]

HEAD = "task: shots\ndataset_path: json\ndataset_kwargs: {data_files: {train: train.jsonl, test: test.jsonl}}\ntest_split: test\n"
OPEN = HEAD + 'output_type: generate_until\ndoc_to_text: "Q: {{q}}\\nA:"\ndoc_to_target: "{{a}}"\n'
CHOICE = HEAD + 'output_type: multiple_choice\ndoc_to_text: "Q: {{q}}\\nA:"\ndoc_to_choice: [north, south, east]\ndoc_to_target: n\n'
VALIDATION = OPEN.replace("test: test.jsonl", "dev: test.jsonl").replace("test_split: test", "validation_split: dev")
TRAIN = [{"q": f"train {i}?", "a": f"t{i}", "n": i % 3, "kind": "trained"} for i in range(30)]
TEST = [{"q": f"test {i}?", "a": f"e{i}", "n": (i + 1) % 3, "kind": f"kind {i % 2}"} for i in range(8)]
COPIES = [{"q": "the same?", "a": "yes", "n": 1, "kind": "x"}] * 4 + TEST[:5]
# what it shows, the task, the rows of the evaluated split, the number and seed of the command line
TASKS = [
    ("drawn from another split", OPEN + "fewshot_split: train\nnum_fewshot: 3\n", TEST, None, 1234),
    ("by another seed", OPEN + "fewshot_split: train\nnum_fewshot: 3\n", TEST, None, 7),
    ("the number of the command line", OPEN + "fewshot_split: train\nnum_fewshot: 3\n", TEST, 1, 1234),
    ("none, whatever the command line says", OPEN + "fewshot_split: train\nnum_fewshot: 0\n", TEST, 5, 1234),
    ("none by the command line", OPEN + "fewshot_split: train\nnum_fewshot: 3\n", TEST, 0, 1234),
    ("more than a small set", OPEN + "fewshot_split: train\nnum_fewshot: 25\n", TEST, None, 1234),
    ("from the evaluated split", OPEN + "fewshot_split: test\nnum_fewshot: 3\n", TEST, None, 1234),
    ("all others", OPEN + "fewshot_split: test\nnum_fewshot: 7\n", TEST, None, 1234),
    ("rows that stand there several times", OPEN + "fewshot_split: test\nnum_fewshot: 4\n", COPIES, None, 1234),
    ("the first ones", OPEN + "fewshot_split: train\nnum_fewshot: 2\nfewshot_config: {sampler: first_n}\n", TEST, None, 1234),
    ("the first others", OPEN + "fewshot_split: test\nnum_fewshot: 2\nfewshot_config: {sampler: first_n}\n", TEST, None, 1234),
    ("the training split without being named", OPEN + "training_split: train\nnum_fewshot: 2\n", TEST, None, 1234),
    ("the validation split without being named", OPEN + "validation_split: train\nnum_fewshot: 2\n", TEST, None, 1234),
    ("delimiters", OPEN + 'fewshot_split: train\nnum_fewshot: 2\nfewshot_delimiter: "\\n--\\n"\ntarget_delimiter: "  "\n', TEST, None, 1234),
    ("what only examples have",
     OPEN + 'num_fewshot: 2\nfewshot_config: {split: train, doc_to_text: "{{kind}}: {{q}}", doc_to_target: "<{{a}}>", fewshot_delimiter: "|", target_delimiter: "="}\n', TEST, None, 1234),
    ("samples", OPEN + 'num_fewshot: 2\nfewshot_config: {sampler: first_n, samples: [{q: one, a: "1"}, {q: two, a: "2"}, {q: three, a: "3"}]}\n', TEST, None, 1234),
    ("samples that are drawn", OPEN + 'num_fewshot: 2\nfewshot_config: {samples: [{q: one, a: "1"}, {q: two, a: "2"}, {q: three, a: "3"}]}\n', TEST, None, 1234),
    ("a description", OPEN + 'description: "About {{kind}}.\\n\\n"\nfewshot_split: train\nnum_fewshot: 1\n', TEST, None, 1234),
    ("a description without examples", OPEN + 'description: "About {{kind}}.\\n\\n"\n', TEST, None, 1234),
    ("a field as description", OPEN + "description: kind\n", TEST, None, 1234),
    ("choices by index", CHOICE + "fewshot_split: train\nnum_fewshot: 3\n", TEST, None, 1234),
    ("choices by a rendered index", CHOICE.replace("doc_to_target: n", 'doc_to_target: "{{n}}"') + "fewshot_split: test\nnum_fewshot: 2\n", TEST, None, 1234),
    ("choices by their text", CHOICE.replace("doc_to_target: n", "doc_to_target: \"{{['north', 'south', 'east'][n]}}\"") + "fewshot_split: train\nnum_fewshot: 2\n", TEST, None, 1234),
    ("several right answers", OPEN.replace('"{{a}}"', "\"['{{a}}', 'or {{n}}']\"") + "fewshot_split: train\nnum_fewshot: 2\n", TEST, None, 1234),
    ("the validation split where there is no other", VALIDATION, TEST, None, 1234),
    ("the validation split beside a split named test", VALIDATION.replace("train:", "test:"), TEST, None, 1234),
    ("examples for the validation split", VALIDATION + "training_split: train\nnum_fewshot: 2\n", TEST, None, 1234),
    ("examples from the evaluated validation split", VALIDATION + "num_fewshot: 2\n", COPIES, None, 1234),
    ("samples for the validation split", VALIDATION + 'num_fewshot: 1\nfewshot_config: {samples: [{q: one, a: "1"}, {q: two, a: "2"}, {q: three, a: "3"}]}\n', TEST, None, 1234),
    ("the first ones for the validation split", VALIDATION + "training_split: train\nnum_fewshot: 2\nfewshot_config: {sampler: first_n}\n", TEST, None, 1234),
    ("named examples for the validation split", VALIDATION + "fewshot_split: train\nnum_fewshot: 2\n", TEST, None, 1234),
    ("more tokens than by default", OPEN + "generation_kwargs: {max_gen_toks: 300, until: [x]}\n", TEST, None, 1234),
    ("texts that end, alone", OPEN + "generation_kwargs: {until: [x]}\n", TEST, None, 1234),
    ("a continuation",
     HEAD + 'output_type: loglikelihood\ndoc_to_text: "{{q}}"\ndoc_to_target: " {{a}}"\nfewshot_split: train\nnum_fewshot: 2\n', TEST, None, 1234),
]


ODD = [
    {"q": "Qu\u00e9 \"x\"\\?", "a": "bc", "n": 0, "more": {"list": [1.0, 2.5, 1e-7, 1e22], "flag": True, "text": "x", "nothing": None, "inner": [{"k": 1}]}, "kind": None},
    {"q": "line\none\t\u0001\u007f\u2028", "a": "b'c", "n": 2, "late": 1234567890123456789},
    {"q": "\U0001F600 z", "a": "{|}", "n": 1},
]
LOGGED = HEAD.replace("task: shots", "task: logged").replace("train: train.jsonl, ", "") + "num_fewshot: 1\nfewshot_split: test\n"
KWARGS = "generation_kwargs: {until: ['d', 'zz'], max_gen_toks: 3, do_sample: false, temperature: 0}\n"
# tasks whose samples are kept
SAMPLES = [
    LOGGED + KWARGS + 'output_type: generate_until\ndoc_to_text: q\ndoc_to_target: a\nmetric_list:\n  - {metric: exact_match, ignore_case: true}\n',
    LOGGED + "generation_kwargs: {max_gen_toks: 3}\n"
    + 'output_type: generate_until\ndoc_to_text: q\ndoc_to_target: "[\'{{n}}\', \\"b\'c\\",\'x\']"\nmetric_list: [{metric: exact_match}]\n',
    LOGGED + "output_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: [north, s\u00fcd, east]\ndoc_to_target: n\nmetric_list: [{metric: acc}, {metric: acc_norm}, {metric: acc_bytes}]\n",
    LOGGED + "output_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: [north, south, east]\ndoc_to_target: \"{{['north', 'south', 'east'][n]}}\"\nmetric_list: [{metric: acc}]\n",
    LOGGED.replace("num_fewshot: 1", "num_fewshot: 0")
    + 'output_type: multiple_choice\ndoc_to_text: q\ndoc_to_choice: [north, south, east]\ndoc_to_target: "[{{n}},1]"\nmetric_list: [{metric: acc}]\n',
    LOGGED + 'output_type: loglikelihood\ndoc_to_text: q\ndoc_to_target: " {{a}}"\nmetric_list: [{metric: perplexity}, {metric: acc}]\n',
    LOGGED.replace("num_fewshot: 1", "num_fewshot: 0")
    + 'output_type: loglikelihood_rolling\ndoc_to_text: ""\ndoc_to_target: "a{{n}} c"\nmetric_list: [{metric: word_perplexity}, {metric: byte_perplexity}, {metric: bits_per_byte}]\n',
]


DIRECTION = "task: NAME\ndataset_path: json\ndataset_kwargs: {data_files: {test: NAME.jsonl}}\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: q\n" \
    "doc_to_choice: [north, south, east]\ndoc_to_target: n\nmetadata: {version: 3}\nmetric_list: [{metric: acc, higher_is_better: true}, {metric: METRIC, higher_is_better: true}]\n"
# files of tasks and groups, and the rows of the tasks
GROUP_FILES = {
    "near.yaml": DIRECTION.replace("NAME", "near").replace("METRIC", "acc_norm"),
    "far.yaml": DIRECTION.replace("NAME", "far").replace("METRIC", "acc_norm"),
    "odd.yaml": DIRECTION.replace("NAME", "odd").replace("METRIC", "acc_bytes"),
    "inner.yaml": "group: inner\ngroup_alias: Inside\ntask: [near, far]\naggregate_metric_list:\n  - {metric: acc, weight_by_size: true}\n  - {metric: acc_norm, aggregation: mean, weight_by_size: false}\n"
    "metadata: {version: 2}\n",
    "outer.yaml": "group: outer\ntask:\n  - inner\n  - odd\naggregate_metric_list: {metric: acc, filter_list: none}\n",
    "plain.yaml": "group: plain\ntask: [far]\n",
}
GROUP_ROWS = {"near": TEST, "far": TEST[:5], "odd": TEST[2:4]}


class Letters(LM):
    """After a letter it expects the next one, as FakeModel of the tests does. A text begins with the letter 1."""

    def pair(self, context, continuation):
        kept = context.rstrip()
        letters = [1] * (not context) + [ord(letter) for letter in context + continuation]
        first = len(kept) + (not context)
        total = 0.0
        greedy = True
        for place in range(first, len(letters)):
            expected = letters[place - 1] + 1
            total += -abs(letters[place] - expected) / 10.0 - 0.5
            greedy = greedy and letters[place] == expected
        return total, greedy

    def loglikelihood(self, requests):
        return [self.pair(*request.args) for request in requests]

    def loglikelihood_rolling(self, requests):
        return [self.pair("", request.args[0])[0] for request in requests]

    def generate_until(self, requests):
        texts = []
        for context, options in (request.args for request in requests):
            text = "".join(chr(ord(context[-1]) + 1 + i) for i in range(options["max_gen_toks"]))
            for end in options["until"]:
                text = text.split(end)[0]
            texts.append(text)
        return texts


def samples(folder, source):
    write(folder, ODD)
    text = source.replace("train.jsonl", str(folder / "train.jsonl")).replace("test.jsonl", str(folder / "test.jsonl"))
    (folder / "logged.yaml").write_text(text)
    loaded = TaskManager(include_path=str(folder), include_defaults=False).load(["logged"])
    loaded["tasks"]["logged"].set_fewshot_seed(seed=1234)
    results = evaluate(Letters(), loaded, log_samples=True, bootstrap_iters=0)
    tracker = EvaluationTracker(output_path=str(folder / "out.json"))
    tracker.date_id = "now"
    hashed = [sample["doc_hash"] + sample["prompt_hash"] + sample["target_hash"] for sample in results["samples"]["logged"]]
    tracker.save_results_samples("logged", results["samples"]["logged"])
    lines = (folder / "samples_logged_now.jsonl").read_text().split("\n")[:-1]
    return {"task": source, "lines": lines, "hash": hash_string("".join(hashed))}


def groups(folder, name):
    for file, text in GROUP_FILES.items():
        for task in GROUP_ROWS:
            text = text.replace(f"{task}.jsonl", str(folder / f"{task}.jsonl"))
        (folder / file).write_text(text)
    for task, rows in GROUP_ROWS.items():
        (folder / f"{task}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    loaded = TaskManager(include_path=str(folder), include_defaults=False).load([name])
    for task in loaded["tasks"].values():
        task.set_config(key="num_fewshot", value=0)
        task.set_fewshot_seed(seed=1234)
    results = evaluate(Letters(), loaded, log_samples=False, bootstrap_iters=1)
    sections = ("results", "groups", "group_subtasks", "versions", "n-shot", "higher_is_better")
    return {"name": name} | {section: results[section] for section in sections if section in results}


def write(folder, rows):
    for name, some in (("train", TRAIN), ("test", rows)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))


def prompts(folder, source, rows, number, seed):
    write(folder, rows)
    text = source.replace("train.jsonl", str(folder / "train.jsonl")).replace("test.jsonl", str(folder / "test.jsonl"))
    (folder / "shots.yaml").write_text(text)
    task = TaskManager(include_path=str(folder), include_defaults=False).load(["shots"])["tasks"]["shots"]
    own = task.get_config("num_fewshot")
    if number is not None and own != 0:
        task.set_config(key="num_fewshot", value=number)
    elif own is None:
        task.set_config(key="num_fewshot", value=0)
    task.set_fewshot_seed(seed=seed)
    task.build_all_requests()
    contexts = {}
    for instance in task.instances:
        contexts.setdefault(instance.doc_id, instance.args[0])
    generates = task.OUTPUT_TYPE == "generate_until"
    until = task.config.generation_kwargs["until"] if generates else None
    tokens = normalize_gen_kwargs(task.config.generation_kwargs)["max_gen_toks"] if generates else None
    return {"prompts": [contexts[i] for i in sorted(contexts)], "shots": task.config.num_fewshot, "until": until, "tokens": tokens}


def main():
    golden = {"draws": [], "regexes": [], "refused": REFUSED, "matches": [], "tasks": [], "train": TRAIN}
    for seed in (0, 1, 1234, 2**31 - 1):
        generator = random.Random(seed)
        golden["draws"].append({"seed": seed, "draws": [[n, k, generator.sample(list(range(n)), k)] for n, k in SIZES]})
    for pattern, text in REGEXES:
        if text is not None:
            golden["regexes"].append([pattern, text, re.sub(pattern, "", text)])
    for options, said, answer in MATCHES:
        score = exact_match_hf_evaluate(predictions=[said], references=[answer], **options)["exact_match"]
        golden["matches"].append({"options": options, "said": said, "answer": answer, "score": float(score)})
    for what, source, rows, number, seed in TASKS:
        with tempfile.TemporaryDirectory() as folder:
            made = prompts(Path(folder), source, rows, number, seed)
        yaml.safe_load(source)
        golden["tasks"].append({"what": what, "task": source, "rows": rows, "number": number, "seed": seed, **made})
        print(what, repr(made["prompts"][0])[:100])
    golden["odd"] = ODD
    golden["samples"] = []
    for source in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            golden["samples"].append(samples(Path(folder), source))
        print(golden["samples"][-1]["lines"][0])
    golden["files"] = [GROUP_FILES]
    golden["rows"] = [GROUP_ROWS]
    golden["groups"] = []
    for name in ("inner", "outer", "plain"):
        with tempfile.TemporaryDirectory() as folder:
            golden["groups"].append(groups(Path(folder), name))
        print(json.dumps(golden["groups"][-1]))
    GOLDEN.parent.mkdir(exist_ok=True)
    parts = []
    for key, value in golden.items():
        inner = ",\n".join(json.dumps(each) for each in value)
        parts.append(f'"{key}": [\n{inner}\n]')
    GOLDEN.write_text("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main()
