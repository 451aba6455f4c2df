"""Makes the golden fits that CP and Tucker are tested against, with TensorLy 0.9 on numpy.

    python make_decomposition_golden.py RESOURCES [--bert CHECKPOINT]

writes RESOURCES/small-fits.json and, given a Hugging Face checkpoint of bert-base-uncased in
safetensors, RESOURCES/bert-fits.json. The small tensors follow from a formula, so they need not be
stored; GoldenTensors.java computes the same ones.
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
import tensorly as tl
from tensorly.cp_tensor import CPTensor
from tensorly.decomposition import parafac, tucker

GAMMA = np.uint64(0x9E3779B97F4A7C15)
SEEDS = range(5)


def mix(z):
    """The finaliser of SplitMix64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(stream, count):
    """count values in [-0.5, 0.5): SplitMix64 of stream * 2^32 + position."""
    position = np.uint64(stream) * np.uint64(2**32) + np.arange(count, dtype=np.uint64)
    return (mix(position * GAMMA) >> np.uint64(40)).astype(np.float64) * 2.0**-24 - 0.5


def start_factor(seed, mode, rows, rank):
    """The start of CP-ALS, uniform in [0, 1), that CounterRandom gives for this seed and mode."""
    row, column = np.indices((rows, rank)).astype(np.uint64)
    state = mix(mix(np.array([seed], np.uint64) + GAMMA) + np.uint64(mode) * GAMMA)
    state = mix(state + (row * np.uint64(2**32) + column) * GAMMA + np.uint64(1))
    return ((state >> np.uint64(40)).astype(np.float64) * 2.0**-24).astype(np.float32)


def formula_tensor(shape, rank, noise):
    """A sum of `rank` rank-one terms plus `noise` times uniform noise, as float32."""
    factors = [uniform(mode + 1, n * rank).reshape(n, rank) for mode, n in enumerate(shape)]
    tensor = noise * uniform(4, int(np.prod(shape))).reshape(shape)
    return (tensor + np.einsum("kr,ir,jr->kij", *factors)).astype(np.float32)


SMALL = [
    # shape, rank of the signal, noise
    ((4, 13, 17), 1, 0.5),
    ((3, 20, 31), 3, 0.05),
    ((1, 24, 19), 4, 0.1),
    ((12, 15, 14), 5, 0.02),
    ((2, 40, 60), 8, 0.2),
]
SMALL_CP_RANKS = [1, 3, 5, 25]
SMALL_TUCKER_RANKS = [(1, 1, 1), (1, 4, 2), (2, 3, 4), (2, 8, 8), (9, 5, 50), (2, 10, 3)]


def cp_errors(tensor, rank, iterations):
    """Relative errors iteration by iteration for each seed, updating the slices, columns, then rows."""
    depth, rows, columns = tensor.shape
    errors = []
    for seed in SEEDS:
        start = [
            np.ones((depth, rank), np.float32),  # Updated before it is used.
            start_factor(seed, 2, columns, rank),
            start_factor(seed, 1, rows, rank),
        ]
        _, history = parafac(
            np.ascontiguousarray(tensor.transpose(0, 2, 1)),
            rank,
            n_iter_max=iterations,
            init=CPTensor((np.ones(rank, np.float32), start)),
            tol=1e-8,
            return_errors=True,
        )
        # TensorLy may break down to NaN where the normal equations are singular.
        errors.append([float(e) if np.isfinite(e) else None for e in history])
    return {
        "rank": rank,
        "iterations": iterations,
        "first": [history[:5] for history in errors],
        "last": [history[-1] for history in errors],
    }


def own_errors(tensor, rank, iterations):
    """Final relative errors from TensorLy's own random starts, in its own order of updates."""
    return [
        float(
            parafac(
                tensor,
                rank,
                n_iter_max=iterations,
                init="random",
                random_state=seed,
                tol=1e-8,
                return_errors=True,
            )[1][-1]
        )
        for seed in SEEDS
    ]


def tucker_errors(tensor, ranks, iterations):
    (core, _), errors = tucker(tensor, list(ranks), n_iter_max=iterations, return_errors=True)
    return {
        "ranks": list(ranks),
        "iterations": iterations,
        "coreShape": list(core.shape),
        "errors": [float(error) for error in errors],
    }


def results(tensor, description, cp, tuckers):
    print(description, flush=True)
    return {
        **description,
        "shape": list(tensor.shape),
        "norm": float(np.linalg.norm(tensor.astype(np.float64))),
        "cp": [cp_errors(tensor, rank, iterations) for rank, iterations in cp],
        "tucker": [tucker_errors(tensor, ranks, iterations) for ranks, iterations in tuckers],
    }


def small():
    return [
        results(
            formula_tensor(shape, rank, noise),
            {"signalRank": rank, "noise": noise},
            [(r, 100) for r in SMALL_CP_RANKS],
            [(r, 100) for r in SMALL_TUCKER_RANKS],
        )
        for shape, rank, noise in SMALL
    ]


def bert(checkpoint):
    from safetensors import safe_open

    weights = safe_open(next(checkpoint.glob("*.safetensors")), "numpy")

    def stack(layer, *parts):
        prefix = f"bert.encoder.layer.{layer}."
        names = [prefix + part.removesuffix(".T") for part in parts]
        slices = [weights.get_tensor(name + ".weight") for name in names]
        return np.stack([s.T if p.endswith(".T") else s for s, p in zip(slices, parts)])

    attention = ["attention.self." + p for p in ("query", "key", "value")]
    stacks = {
        "layer-11-fc": stack(11, "intermediate.dense.T", "output.dense"),
        "layer-0-qkvo": stack(0, *attention, "attention.output.dense"),
    }
    entries = []
    for name, tensor in stacks.items():
        tensor = np.ascontiguousarray(tensor, dtype=np.float32)
        entry = results(
            tensor,
            {"name": name},
            [(8, 20), (40, 20)],
            [((len(tensor), r, r), 20) for r in (8, 40)] + [((1, 40, 40), 20)],
        )
        for fit in entry["cp"]:
            fit["own"] = own_errors(tensor, fit["rank"], fit["iterations"])
        entries.append(entry)
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resources", type=pathlib.Path)
    parser.add_argument("--bert", type=pathlib.Path)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(over="ignore")  # Hashes wrap around.
    tl.set_backend("numpy")

    def write(name, tensors):
        content = {"tensorly": "0.9.0", "tensors": tensors}
        (arguments.resources / name).write_text(json.dumps(content, indent=1) + "\n")

    write("small-fits.json", small())
    if arguments.bert:
        write("bert-fits.json", bert(arguments.bert))


if __name__ == "__main__":
    main()
