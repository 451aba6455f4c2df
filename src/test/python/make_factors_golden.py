"""Writes small factor files with pyarrow, good and bad, that FactorFileTest reads.

Needs numpy and pyarrow. Run: python src/test/python/make_factors_golden.py
"""

from pathlib import Path

import numpy as np
import pyarrow as pa

FOLDER = Path(__file__).parents[1] / "resources/io/github/trawl/factors"


def write(name, blocks, metadata, index_type=pa.int32()):
    """A row for each index of each (mode, matrix) of blocks, padded to the widest."""
    width = max(matrix.shape[1] for _, matrix in blocks)
    modes, indices, rows = [], [], []
    for mode, matrix in blocks:
        for index, row in enumerate(matrix):
            modes.append(mode)
            indices.append(index)
            rows.append(list(row) + [0.0] * (width - len(row)))
    save(name, modes, indices, rows, width, metadata, index_type)


def save(name, modes, indices, rows, width, metadata, index_type=pa.int32()):
    schema = pa.schema(
        [
            pa.field("mode", pa.int8(), nullable=False),
            pa.field("index", index_type, nullable=False),
            pa.field("factor", pa.list_(pa.field("item", pa.float32(), nullable=False), width), nullable=False),
        ],
        metadata={"trawl." + key: value for key, value in metadata.items()} or None,
    )
    batch = pa.record_batch(
        [pa.array(modes, pa.int8()), pa.array(indices, index_type), pa.array(rows, schema.field("factor").type)],
        schema=schema,
    )
    with pa.ipc.new_file(FOLDER / name, schema) as writer:
        writer.write_batch(batch)


def counted(start, *shape):
    return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    kruskal = [(0, counted(0, 2, 2)), (1, counted(10, 3, 2)), (2, counted(20, 4, 2))]
    about = {"kind": "kruskal", "shape": "2,3,4", "ranks": "2", "weights": "2.0,0.5"}
    write("kruskal.arrow", kruskal, about)
    write("no-metadata.arrow", kruskal, {})
    write("negative-shape.arrow", kruskal, about | {"shape": "-2,3,4"})
    write("huge-shape.arrow", kruskal, about | {"shape": "2000000000,3,4"})
    write("wrong-type.arrow", kruskal, about, index_type=pa.int64())
    write("missing-rows.arrow", kruskal[:2], about)
    rows = [list(row) for _, matrix in kruskal for row in matrix]
    save("repeated-row.arrow", [0, 0, 1, 1, 1, 2, 2, 2, 2], [0, 0, 0, 1, 2, 0, 1, 2, 3], rows, 2, about)
    write(
        "tucker.arrow",
        [(0, counted(0, 2, 1)), (1, counted(10, 3, 2)), (2, counted(20, 4, 3)), (-1, counted(30, 2, 3))],
        {"kind": "tucker", "shape": "2,3,4", "ranks": "1,2,3"},
    )


if __name__ == "__main__":
    main()
