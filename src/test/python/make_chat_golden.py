"""Writes src/test/resources/chat/golden.json: what lm-evaluation-harness asks of the tiny model of src/test/resources/corners through
chat templates of our own, with an instruction of the system, and of tasks with statements in their templates, and what it makes of the answers.

Needs lm-eval 0.4.13, torch, transformers and tokenizers. Run from the repository root: python src/test/python/make_chat_golden.py
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

import lm_eval  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402

CORNERS = Path("src/test/resources/corners")
OUT = Path("src/test/resources/chat/golden.json")
HEAD = "task: chat\ndataset_path: json\ndataset_kwargs: {data_files: {test: ROWS}}\ntest_split: test\n"
CHOICE = HEAD + 'output_type: multiple_choice\ndoc_to_text: "{{q}}"\ndoc_to_choice: ["you", "me", " us"]\ndoc_to_target: "{{a}}"\n'
LIKELIHOOD = HEAD + 'output_type: loglikelihood\ndoc_to_text: "{{q}}"\ndoc_to_target: " {{a}}"\n'
GENERATION = HEAD + 'doc_to_text: "{{q}}"\ndoc_to_target: "{{a}}"\ngeneration_kwargs: {max_gen_toks: 6, until: []}\n'
PAGES = HEAD + 'output_type: loglikelihood_rolling\ndoc_to_text: ""\ndoc_to_target: "{{q}}"\n'
LISTED = (
    HEAD + "output_type: multiple_choice\n"
    + """doc_to_text: "{% for o in options %}{{ 'AB'[loop.index0] }}. {{ o }}\\n{%- endfor %}\\nAnswer:"\n"""
)
ROWS = [{"q": "who?", "a": "me", "options": ["red", "blue"]}, {"q": " who is \n", "a": "you", "options": ["it's", "b"]}]

MARKED = "{% for m in messages %}[{{ m['role'][0] }}]{{ m['content'] }};\n{% endfor %}{% if add_generation_prompt %}[a]\n{% endif %}"
BEGUN = "{{- bos_token }}{% for m in messages %}{{ m.role[0] ~ ':' ~ m.content | trim ~ eos_token }}{% endfor %}{% if add_generation_prompt %}a: {% endif %}"
WITHOUT_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    "{% for m in messages %}<{{ m.content }}>{% endfor %}{{ tools is none }}{{ pad_token }}"
)
FEW = (
    "num_fewshot: 2\ndescription: 'Say.'\nfewshot_delimiter: ' | '\n"
    "fewshot_config: {sampler: first_n, samples: [{q: 'why?', a: 'me'}, {q: ' when', a: 'you'}]}\n"
)
# tokenizer, chat template, instruction of the system, the task, and whether examples are messages of their own
CASES = [
    ("plain", MARKED, None, CHOICE),
    ("begins", MARKED, None, CHOICE + "description: 'Say.'\n"),
    ("begins", BEGUN, None, CHOICE + "description: 'Say: '\n"),
    ("plain", BEGUN, "Short.", CHOICE + "target_delimiter: ' = '\n"),
    ("plain", MARKED, "Short.", CHOICE + "description: 'Say.'\n"),
    ("plain", MARKED, "Short.", CHOICE + "description: 'Say.'\nfewshot_delimiter: ' | '\n"),
    ("plain", MARKED, "Short.\n", CHOICE + "description: 'Say.'\n"),
    ("plain", WITHOUT_SYSTEM, None, CHOICE + "description: 'Say.'\n"),
    ("begins", WITHOUT_SYSTEM, "Short.", LIKELIHOOD),
    ("begins", BEGUN, None, LIKELIHOOD + "description: 'Say: '\n"),
    ("plain", MARKED, None, LIKELIHOOD),
    ("begins", BEGUN, "Short.", GENERATION),
    ("plain", MARKED, None, GENERATION),
    ("begins", MARKED, None, PAGES),
    ("plain", None, "Short.", CHOICE + "description: ' Say.'\n"),
    ("plain", None, "Short.", CHOICE + "description: 'Say.'\n"),
    ("begins", None, "Short.", GENERATION),
    ("plain", None, None, LISTED + """doc_to_choice: ["A", "B"]\ndoc_to_target: "{% if a == 'me' %}0{% else %}1{% endif %}"\n"""),
    ("plain", MARKED, None, LISTED
     + """doc_to_choice: "[{% for o in options %}{{ '\\"' ~ o ~ '\\"' }}{% if not loop.last %}, {% endif %}{% endfor %}]"\ndoc_to_target: 1\n"""),
] + [
    (*case, multiturn)
    for multiturn in (True, False)
    for case in (
        ("plain", MARKED, "Short.", CHOICE + FEW),
        ("plain", MARKED, None, CHOICE + FEW + "target_delimiter: ' = '\n"),
        ("begins", BEGUN, None, LIKELIHOOD + FEW),
        ("begins", WITHOUT_SYSTEM, "Short.", LIKELIHOOD + FEW),
        ("plain", MARKED, None, GENERATION + FEW),
    )
]


def evaluate(tokenizer, template, instruction, yaml, multiturn, folder):
    model = folder / "model"
    shutil.copytree(CORNERS / "model", model)
    shutil.copytree(CORNERS / tokenizer, model, dirs_exist_ok=True)
    if template is not None:
        settings = json.loads((model / "tokenizer_config.json").read_text())
        (model / "tokenizer_config.json").write_text(json.dumps(settings | {"chat_template": template}))
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "chat.yaml").write_text(yaml.replace("ROWS", str(folder / "rows.jsonl")))
    results = lm_eval.simple_evaluate(
        model="hf", model_args=f"pretrained={model},max_length=64,dtype=float32", tasks=["chat"],
        task_manager=TaskManager(include_path=str(folder), include_defaults=False), device="cpu", batch_size=1, log_samples=True,
        apply_chat_template=template is not None, fewshot_as_multiturn=multiturn and template is not None, system_instruction=instruction)
    for sample in sorted(results["samples"]["chat"], key=lambda each: each["doc_id"]):
        yield {"context": sample["arguments"][0][0], "answers": sample["filtered_resps"]}


def main():
    golden = []
    for tokenizer, template, instruction, yaml, *multiturn in CASES:
        with tempfile.TemporaryDirectory() as folder:
            samples = list(evaluate(tokenizer, template, instruction, yaml, all(multiturn), Path(folder)))
        case = {"tokenizer": tokenizer, "template": template, "instruction": instruction, "task": yaml, "rows": ROWS, "samples": samples}
        golden.append(case | ({"multiturn": multiturn[0]} if multiturn else {}))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("[\n" + ",\n".join(json.dumps(each) for each in golden) + "\n]\n")
    for each in golden:
        print(each["samples"][0])


if __name__ == "__main__":
    main()
