"""Writes small factor files with pyarrow, good and bad, that FactorFileTest reads.

Needs numpy and pyarrow. Run: python src/test/python/make_factors_golden.py
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

FOLDER = Path(__file__).parents[1] / "resources/io/github/trawl/factors"
CORE = -1


def save(name, tensors, metadata, index_type=pa.int32()):
    """A record batch for each tensor, a list of (mode, index, values)."""
    schema = pa.schema(
        [
            pa.field("tensor", pa.int32(), nullable=False),
            pa.field("mode", pa.int8(), nullable=False),
            pa.field("index", index_type, nullable=False),
            pa.field("factor", pa.list_(pa.field("item", pa.float32(), nullable=False)), nullable=False),
        ],
        metadata={"trawl." + key: value for key, value in metadata.items()} or None,
    )
    with pa.ipc.new_file(FOLDER / name, schema) as writer:
        for number, rows in enumerate(tensors):
            columns = [[number] * len(rows), *([row[column] for row in rows] for column in range(3))]
            arrays = [pa.array(values, field.type) for values, field in zip(columns, schema)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def rows(*blocks):
    """A row for each index of each (mode, matrix)."""
    return [(mode, index, list(map(float, row))) for mode, matrix in blocks for index, row in enumerate(matrix)]


def counted(start, *shape):
    return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)


def kruskal(start, rank):
    return rows(
        (CORE, [[2.0**-r for r in range(1, rank + 1)]]),
        (0, counted(start, 2, rank)),
        (1, counted(start + 10, 3, rank)),
        (2, counted(start + 20, 4, rank)),
    )


def about(kind, members, nested=False, **others):
    """The metadata of members (rank, seed, ranks of the tensor)."""
    stored = members[-1:] if nested else members
    return {
        "format": "2",
        "kind": kind,
        "stack": "layer-0-fc",
        "shape": "2,3,4",
        "slices": json.dumps(["one", "two"]),
        "nested": json.dumps(nested),
        "members": json.dumps([{"name": f"r{rank}-s{seed}", "rank": rank, "seed": seed} for rank, seed, _ in members]),
        "tensors": json.dumps([{"ranks": ranks, "batches": 1} for _, _, ranks in stored]),
    } | others


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    one = kruskal(0, 2)
    alone = about("kruskal", [(2, 7, [2])])
    save("kruskal.arrow", [one], alone)
    save("batch.arrow", [one, kruskal(100, 3)], about("kruskal", [(2, 7, [2]), (3, 8, [3])]))
    save("nested.arrow", [kruskal(0, 3)], about("kruskal", [(1, 0, [1]), (3, 0, [3])], nested=True))
    save(
        "tucker.arrow",
        [
            rows(
                (CORE, counted(30, 2, 3)),
                (0, counted(0, 2, 1)),
                (1, counted(10, 3, 2)),
                (2, counted(20, 4, 3)),
            )
        ],
        about("tucker", [(3, 0, [1, 2, 3])]),
    )
    save("no-metadata.arrow", [one], {})
    save("no-format.arrow", [one], {key: value for key, value in alone.items() if key != "format"})
    save("later-format.arrow", [one], alone | {"format": "3"})
    save("unknown-kind.arrow", [one], alone | {"kind": "train"})
    save("no-json.arrow", [one], alone | {"members": "[{"})
    save("negative-shape.arrow", [one], alone | {"shape": "-2,3,4"})
    save("huge-shape.arrow", [one], alone | {"shape": "2,2000000000,4"})
    save("fewer-labels.arrow", [one], alone | {"slices": json.dumps(["one"])})
    save("more-ranks.arrow", [one], alone | {"tensors": json.dumps([{"ranks": [2, 2, 2], "batches": 1}])})
    save("more-batches.arrow", [one], alone | {"tensors": json.dumps([{"ranks": [2], "batches": 2}])})
    save("wrong-type.arrow", [one], alone, index_type=pa.int64())
    save("missing-rows.arrow", [one[:-1]], alone)
    save("repeated-row.arrow", [one[:-1] + [one[-2]]], alone)
    save("short-row.arrow", [one[:-1] + [(2, 3, [1.0])]], alone)
    save("unknown-mode.arrow", [one[:-1] + [(5, 3, [1.0, 2.0])]], alone)


if __name__ == "__main__":
    main()
