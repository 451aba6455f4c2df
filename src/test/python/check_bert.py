"""Checks an imported BERT against transformers and against Google's word pieces.

Usage: check_bert.py DIRECTORY

Exits with an error unless all of this holds:
* BertForMaskedLM loads the directory without missing, unexpected or mismatched weights;
* it fills "The capital of France is [MASK]." with "paris";
* AutoTokenizer, tokenizer.json by itself agree with BertTokenizer on vocab.txt, and with its old
  Python code, on every sentence but one, where the library is known to differ.
"""

import os
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import tokenizers  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

SENTENCES = """\
The capital of France is [MASK].
[MASK] is the capital of [MASK].
hello world
Hello, World!
HELLO WORLD
don't stop; can't won't it's
state-of-the-art e-mail re-enter
The quick brown fox jumps over the lazy dog.
3.14159 is pi, 2.71828 is e
$1,234.56 at 7:30 p.m. on 12/31/1999
100% of 50 km/h
a@b.example and #hashtag
C++ and C# and F#
(parentheses) [brackets] {braces} <angles>
"quoted" 'single' `ticks`
“curly” ‘quotes’ «guillemets»
dash - en – em — bar ― minus −
ellipsis… and three dots...
café naïve résumé coöperate
Crème brûlée à la carte
Ångström Ærøskøbing Øresund
Zürich Köln München Straße
İstanbul ığdır şehir
Łódź Kraków Gdańsk Żubrówka
Příliš žluťoučký kůň úpěl ďábelské ódy
Việt Nam Hồ Chí Minh
Ελλάδα Αθήνα ΣΊΣΥΦΟΣ
Москва Санкт-Петербург ёлка
שלום עולם
مرحبا بالعالم
नमस्ते दुनिया
สวัสดีชาวโลก
中国的首都是北京。
東京は日本の首都です。
서울은 대한민국의 수도이다.
mixed 中文 and English混合text
漢字かな交じり文
emoji 😀 🎉 and 👩‍👩‍👧
combining e\u0301 a\u0300 o\u0308
nonbreaking\u00a0space and zero\u200bwidth
tab\there and  two  spaces
control \u0007 bell and replacement \ufffd
full-width ＡＢＣ１２３
½ ¼ ² ³ ™ © ®
∑ ∫ √ ≈ ≠ ≤
antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis
supercalifragilisticexpialidocious unaffable embeddings
[CLS] in the text [SEP] and [PAD] and [UNK]
[mask] in lower case and [ MASK ] apart
the end [MASK] [MASK].[MASK]
""".splitlines() + ["", "   ", "x" * 101, "x" * 100]

# Python lower-cases a sigma at the end of a word to the final form, the tokenizers library does not.
KNOWN_LEGACY_DIFFERENCES = {"Ελλάδα Αθήνα ΣΊΣΥΦΟΣ"}


def check_weights(directory):
    model, loading = transformers.BertForMaskedLM.from_pretrained(directory, output_loading_info=True)
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        assert not loading.get(problem), f"{problem}: {loading[problem]}"
    print(f"weights: {sum(p.numel() for p in model.parameters())} parameters, none missing or unexpected")
    return model.eval()


def check_tokenizers(directory):
    auto = transformers.AutoTokenizer.from_pretrained(directory)
    alone = tokenizers.Tokenizer.from_file(os.path.join(directory, "tokenizer.json"))
    vocabulary = os.path.join(directory, "vocab.txt")
    references = {
        "BertTokenizer on vocab.txt": transformers.BertTokenizer(vocabulary),
        "BertTokenizerLegacy on vocab.txt": transformers.BertTokenizerLegacy(vocabulary),
    }
    for title, reference in references.items():
        for sentence in SENTENCES:
            expected = reference(sentence)["input_ids"]
            if "Legacy" in title and sentence in KNOWN_LEGACY_DIFFERENCES:
                assert auto(sentence)["input_ids"] != expected, f"no longer differs: {sentence!r}"
                continue
            assert auto(sentence)["input_ids"] == expected, f"{title}: AutoTokenizer differs on {sentence!r}"
            assert alone.encode(sentence).ids == expected, f"{title}: tokenizer.json differs on {sentence!r}"
        same = len(SENTENCES) - (len(KNOWN_LEGACY_DIFFERENCES) if "Legacy" in title else 0)
        print(f"tokenizer: AutoTokenizer and tokenizer.json agree with {title} on {same} of {len(SENTENCES)} sentences")
    pair = auto("a b", "c")
    assert alone.encode("a b", "c").ids == pair["input_ids"], "pairs differ"
    assert alone.encode("a b", "c").type_ids == [0, 0, 0, 0, 1, 1], "segments of pairs differ"
    return auto


def check_fill(model, tokenizer):
    inputs = tokenizer("The capital of France is [MASK].", return_tensors="pt")
    place = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    with torch.no_grad():
        logits = model(**inputs).logits[0, place]
    best = torch.softmax(logits, -1).topk(3)
    words = [tokenizer.convert_ids_to_tokens(int(i)) for i in best.indices]
    print("fill:", ", ".join(f"{w} {p:.4f}" for w, p in zip(words, best.values.tolist())))
    assert words[0] == "paris", words[0]


def main():
    directory = sys.argv[1]
    print(f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}")
    model = check_weights(directory)
    check_fill(model, check_tokenizers(directory))


main()
