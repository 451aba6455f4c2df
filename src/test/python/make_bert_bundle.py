"""Writes the golden TensorFlow BERT that BertImportTest imports, and what the import must give.

Usage: make_bert_bundle.py DIRECTORY

Writes bert-release.zip, a BERT of one layer laid out like Google's releases (bert_model.ckpt.index
and its data file, bert_config.json, vocab.txt), and bert-expected.safetensors, the same weights
written by the safetensors library. Needs numpy and safetensors, not TensorFlow: the index is written
by the published formats, LevelDB's doc/table_format.md and TensorFlow's tensor_bundle.proto.
"""

import json
import os
import struct
import sys
import zipfile

import numpy as np
from safetensors.numpy import save_file

HIDDEN, INTERMEDIATE, POSITIONS, HEADS = 8, 12, 6, 2
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Paris", "is", "##n", "é", "\u2028", "."]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 * (crc & 1))
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    return varint(number << 3) + varint(value) if value else b""


def block(pairs, interval):
    out, restarts, last = bytearray(), [], b""
    for index, (key, value) in enumerate(pairs):
        shared = 0
        if index % interval == 0:
            restarts.append(len(out))
        else:
            shared = len(os.path.commonprefix([last, key]))
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    restarts = restarts or [0]
    return bytes(out) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))


def table(pairs, pairs_in_block):
    out, index = bytearray(), []

    def append(content):
        handle = varint(len(out)) + varint(len(content))
        out.extend(content + b"\0" + struct.pack("<I", masked(content + b"\0")))
        return handle

    for start in range(0, len(pairs), pairs_in_block):
        part = pairs[start : start + pairs_in_block]
        following = pairs[start + pairs_in_block : start + pairs_in_block + 1]
        # A separator need not be a key: it only has to lie between the blocks.
        separator = part[-1][0] + b"\0" if following else part[-1][0] + b"~"
        index.append((separator, append(block(part, 4))))
    footer = append(block([], 1)) + append(block(index, 1))
    return bytes(out) + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)


def variables(vocabulary):
    random = np.random.default_rng(20260101)

    def values(*shape):
        return random.standard_normal(shape, dtype=np.float32)

    def norm(name):
        return {f"{name}/beta": values(HIDDEN), f"{name}/gamma": values(HIDDEN)}

    def dense(name, inputs, outputs):
        return {f"{name}/bias": values(outputs), f"{name}/kernel": values(inputs, outputs)}

    layer = "bert/encoder/layer_0"
    found = {
        "bert/embeddings/word_embeddings": values(vocabulary, HIDDEN),
        "bert/embeddings/position_embeddings": values(POSITIONS, HIDDEN),
        "bert/embeddings/token_type_embeddings": values(2, HIDDEN),
        "cls/predictions/output_bias": values(vocabulary),
        "cls/seq_relationship/output_weights": values(2, HIDDEN),
        "cls/seq_relationship/output_bias": values(2),
        "global_step": np.array(1000000, dtype=np.int64),
    }
    found |= norm("bert/embeddings/LayerNorm")
    for name in ("query", "key", "value"):
        found |= dense(f"{layer}/attention/self/{name}", HIDDEN, HIDDEN)
    found |= dense(f"{layer}/attention/output/dense", HIDDEN, HIDDEN)
    found |= norm(f"{layer}/attention/output/LayerNorm")
    found |= dense(f"{layer}/intermediate/dense", HIDDEN, INTERMEDIATE)
    found |= dense(f"{layer}/output/dense", INTERMEDIATE, HIDDEN)
    found |= norm(f"{layer}/output/LayerNorm")
    found |= dense("bert/pooler/dense", HIDDEN, HIDDEN)
    found |= dense("cls/predictions/transform/dense", HIDDEN, HIDDEN)
    found |= norm("cls/predictions/transform/LayerNorm")
    return found


def expected(found):
    """The tensors of BertForMaskedLM, by the naming of transformers' own conversion."""
    out = {}
    for name, value in found.items():
        if "pooler" in name or "seq_relationship" in name or name == "global_step":
            continue
        parts = name.replace("layer_", "layer/").replace("output_bias", "bias").split("/")
        renamed = {"gamma": "weight", "beta": "bias", "kernel": "weight"}
        if parts[-1] == "kernel":
            value = np.ascontiguousarray(value.T)
        parts[-1] = renamed.get(parts[-1], parts[-1])
        if parts[-1].endswith("_embeddings"):
            parts.append("weight")
        out[".".join(parts)] = value
    return out


def main():
    directory = sys.argv[1]
    found = variables(len(PIECES))
    data, pairs = bytearray(), [(b"", field(1, 1) + field(3, field(1, 1)))]
    # Written in another order than the index lists, as a checkpoint saved in parallel may be.
    offsets = {}
    for name in sorted(found, reverse=True):
        offsets[name] = len(data)
        data += found[name].tobytes()
    for name in sorted(found):
        value = found[name]
        shape = b"".join(field(2, field(1, size)) for size in value.shape)
        raw = value.tobytes()
        entry = field(1, 9 if value.dtype == np.int64 else 1) + field(2, shape)
        entry += field(4, offsets[name]) + field(5, len(raw))
        entry += varint(6 << 3 | 5) + struct.pack("<I", masked(raw))
        pairs.append((name.encode(), entry))
    config = {"hidden_act": "gelu", "num_attention_heads": HEADS, "hidden_size": HIDDEN}
    files = {
        "bert_config.json": json.dumps(config).encode(),
        "vocab.txt": "".join(piece + "\n" for piece in PIECES).encode(),
        "bert_model.ckpt.index": table(pairs, 7),
        "bert_model.ckpt.data-00000-of-00001": bytes(data),
        "bert_model.ckpt.meta": b"a graph, which nobody reads",
    }
    with zipfile.ZipFile(os.path.join(directory, "bert-release.zip"), "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("cased_L-1_H-8_A-2/" + name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    target = os.path.join(directory, "bert-expected.safetensors")
    save_file(expected(found), target, metadata={"format": "pt"})


main()
