"""What Trawl is compared with, one measurement per process: TensorLy, plain numpy and LAPACK.

Called by jobs/bench. Prints one JSON object: the seconds of each repetition, the relative error that was
reached, and the peak resident memory of this process. Needs the packages of requirements.txt.
"""

import argparse
import json
import platform
import resource
import time

import numpy as np


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=sorted(PEERS))
    parser.add_argument("--tensor", help="file of little-endian float32, slice by slice, row by row")
    parser.add_argument("--shape", help="K,I,J")
    parser.add_argument("--rank", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=1, help="iterations, or calls of a direct method")
    return parser.parse_args()


def tensor(options):
    shape = [int(size) for size in options.shape.split(",")]
    return np.fromfile(options.tensor, dtype="<f4").reshape(shape)


def timed(repetitions, call):
    """The seconds of each call and the result of the last one; one call before warms up."""
    call()
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - start)
    return seconds, result


def tensorly_cp(options):
    """parafac as the paper calls it: random start, tolerance 1e-8 on the change of the error."""
    from tensorly.decomposition import parafac

    marks = []
    errors = []

    def mark(_, error):
        marks.append(time.perf_counter())
        errors.append(float(error))

    parafac(
        tensor(options),
        options.rank,
        n_iter_max=options.repetitions,
        init="random",
        random_state=0,
        callback=mark,
    )
    # The first mark stands before the first iteration.
    return {"seconds": np.diff(marks).tolist(), "error": errors[-1]}


def numpy_cp(options):
    """The two-pass iteration as one would write it in numpy: a product per slice, no Khatri-Rao product."""
    x = tensor(options)
    depth, rows, columns = x.shape
    generator = np.random.default_rng(0)
    a, b, c = (generator.random((n, options.rank), dtype=np.float32) for n in (rows, columns, depth))
    squared_norm = float(np.vdot(x, x))
    y = x @ b
    seconds = []
    for _ in range(options.repetitions):
        start = time.perf_counter()
        c = solve(np.einsum("ir,kir->kr", a, y), a.T @ a, b.T @ b)
        b = solve(np.einsum("kjr,kr->jr", x.transpose(0, 2, 1) @ a, c), a.T @ a, c.T @ c)
        y = x @ b
        mttkrp = np.einsum("kir,kr->ir", y, c)
        a = solve(mttkrp, b.T @ b, c.T @ c)
        model = float(np.sum((a.T @ a) * (b.T @ b) * (c.T @ c)))
        error = (max(0.0, squared_norm + model - 2 * float(np.vdot(mttkrp, a))) / squared_norm) ** 0.5
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "error": error}


def solve(mttkrp, left, right):
    return np.linalg.solve(left.astype(np.float64) * right, mttkrp.T.astype(np.float64)).T.astype(np.float32)


def tensorly_tucker(options):
    """tucker with ranks [K, R, R] and no tolerance: the time of all iterations and of the start."""
    from tensorly.decomposition import tucker

    x = tensor(options)
    start = time.perf_counter()
    _, errors = tucker(
        x, [x.shape[0], options.rank, options.rank], n_iter_max=options.repetitions, tol=0, return_errors=True
    )
    return {"seconds": [time.perf_counter() - start], "error": float(errors[-1])}


def lapack_svd(options):
    """numpy.linalg.svd, which is LAPACK's gesdd, truncated."""
    matrix = tensor(options)[0]
    seconds, (left, values, right) = timed(
        options.repetitions, lambda: np.linalg.svd(matrix, full_matrices=False)
    )
    return {"seconds": seconds, "error": svd_error(matrix, left, values, right, options.rank)}


def randomised_svd(options):
    """TensorLy's randomised SVD with its defaults: five more samples, two power iterations."""
    from tensorly.tenalg.svd import randomized_svd

    matrix = tensor(options)[0]
    seconds, (left, values, right) = timed(
        options.repetitions, lambda: randomized_svd(matrix, options.rank, random_state=0)
    )
    return {"seconds": seconds, "error": svd_error(matrix, left, values, right, options.rank)}


def svd_error(matrix, left, values, right, rank):
    model = (left[:, :rank] * values[:rank]) @ right[:rank]
    return float(np.linalg.norm(matrix - model) / np.linalg.norm(matrix))


def sgemm(options):
    """numpy's product of the slices with a factor, for the speed of its OpenBLAS."""
    x = tensor(options)
    b = np.random.default_rng(0).random((x.shape[2], options.rank), dtype=np.float32)
    seconds, _ = timed(options.repetitions, lambda: x @ b)
    return {"seconds": seconds}


def versions(_):
    import threadpoolctl

    # Before SciPy brings an OpenBLAS of its own.
    blas = [pool for pool in threadpoolctl.threadpool_info() if pool.get("user_api") == "blas"]

    import scipy
    import tensorly

    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "tensorly": tensorly.__version__,
        "blas": [
            {key: pool.get(key) for key in ("prefix", "version", "architecture", "num_threads")} for pool in blas
        ],
    }


PEERS = {
    "lapack-svd": lapack_svd,
    "numpy-cp": numpy_cp,
    "numpy-sgemm": sgemm,
    "randomised-svd": randomised_svd,
    "tensorly-cp": tensorly_cp,
    "tensorly-tucker": tensorly_tucker,
    "versions": versions,
}

if __name__ == "__main__":
    chosen = arguments()
    result = PEERS[chosen.what](chosen)
    result["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(result))
