"""Makes small tokenizers of the five common kinds and what transformers encodes with them.

Each directory gets tokenizer.json, tokenizer_config.json and golden.json: for every text the ids with
and without special tokens, and the text decoded again without special tokens. Needs tokenizers and
transformers. Run: python src/test/python/make_tokenizer_golden.py src/test/resources/io/github/trawl/evaluation/text
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

CORPUS = [
    "The river runs past the old mill and under the stone bridge.",
    "Seven sailors sang songs on the ship while the sun was setting.",
    "Numbers such as 10, 200 and 3.5 stand in a text like any word.",
    "She sells the house, he sells the hat, they sell everything else.",
    "Winter is cold; summer is warm. Spring and autumn are in between!",
    "The capital of a country is the city where its government sits.",
    "An answer that is not in the list can't be right, can it?",
    "Über den Bergen ist die Freiheit, señor; naïve café façade.",
] * 3

TEXTS = [
    "",
    " ",
    "the",
    " the",
    "The capital of the country is",
    "the  stone   bridge",
    "trailing space ",
    "two\nlines\n\nand a\ttab",
    "It's 3.14, isn't it? (Yes!)",
    "naïve café ÜBER",
    "日本語 and русский",
    "emoji 🙂👩‍👩‍👧 end",
    "e\u0301 decomposed and \u00a0 no-break",
    "special {mask} in the text",
    "spelt {end} within",
    "a very long text " * 12,
]


def byte_level(special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def gpt2():
    return byte_level(["<|endoftext|>"]), {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}


def roberta():
    mask = AddedToken("<mask>", lstrip=True, special=True, normalized=False)
    tokenizer = byte_level(["<s>", "<pad>", "</s>", "<unk>", mask])
    ends = {name: tokenizer.token_to_id(name) for name in ("<s>", "</s>")}
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", ends["</s>"]), ("<s>", ends["<s>"]), trim_offsets=True, add_prefix_space=False
    )
    return tokenizer, {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "normalized": False},
        "pad_token": "<pad>",
    }


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=300, special_tokens=names, show_progress=False))
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    return tokenizer, {"mask_token": "[MASK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}


BYTES = [f"<0x{i:02X}>" for i in range(256)]


def llama():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    # Without a pre-tokenizer the trainer would merge whole sentences, so words are cut for training only.
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(vocab_size=560, special_tokens=["<unk>", "<s>", "</s>"] + BYTES, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    content = json.loads(tokenizer.to_str())
    content["pre_tokenizer"] = None
    content["added_tokens"] = [token for token in content["added_tokens"] if token["content"] not in BYTES]
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return tokenizer, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    trainer = trainers.UnigramTrainer(
        vocab_size=200, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    content = json.loads(tokenizer.to_str())
    known = {piece for piece, _ in content["model"]["vocab"]}
    content["model"]["vocab"] += [[byte, -20.0] for byte in BYTES if byte not in known]
    content["model"]["byte_fallback"] = True
    return Tokenizer.from_str(json.dumps(content)), {"eos_token": "</s>", "unk_token": "<unk>"}


def main(output):
    for kind in (gpt2, roberta, bert, llama, unigram):
        directory = Path(output) / kind.__name__
        directory.mkdir(parents=True, exist_ok=True)
        tokenizer, config = kind()
        plain = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            clean_up_tokenization_spaces=False,
            **{name: "<mask>" if isinstance(token, dict) else token for name, token in config.items()},
        )
        mask = plain.mask_token or "[MASK]"
        end = plain.eos_token or plain.sep_token
        cases = []
        for text in TEXTS:
            text = text.replace("{mask}", mask).replace("{end}", end)
            ids = plain.encode(text, add_special_tokens=False)
            cases.append(
                {
                    "text": text,
                    "with_special": plain.encode(text),
                    "without_special": ids,
                    "decoded": plain.decode(ids, skip_special_tokens=True),
                }
            )
        golden = {"mask": plain.mask_token_id, "bos": plain.bos_token_id, "eos": plain.eos_token_id, "cases": cases}
        # Tokenizers are published with whatever was last used for training: it must not count.
        tokenizer.enable_truncation(max_length=8)
        tokenizer.enable_padding(length=16, pad_id=0)
        (directory / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
        for name, content in (("tokenizer_config", config), ("golden", golden)):
            (directory / f"{name}.json").write_text(json.dumps(content, ensure_ascii=True) + "\n", encoding="utf-8")
        print(kind.__name__, tokenizer.get_vocab_size(), (directory / "tokenizer.json").stat().st_size)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
