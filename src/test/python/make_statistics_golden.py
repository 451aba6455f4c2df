"""Writes src/test/resources/io/github/trawl/sweep/statistics/golden.json: what SciPy, statsmodels and arch compute from values that
a formula gives, so that the Java tests make the same ones.

Needs numpy, scipy 1.17, statsmodels 0.15, arch 8. Run from the repository root: python src/test/python/make_statistics_golden.py
"""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from arch.bootstrap import SPA
from scipy.stats import binomtest, bootstrap, wilcoxon
from statsmodels.stats.contingency_tables import mcnemar

GOLDEN = Path("src/test/resources/io/github/trawl/sweep/statistics/golden.json")
EXAMPLES = 60
POINTS = 7
RESAMPLES = 400


def uniform(stream, position):
    """In [0, 1), of 32 bits."""
    word = (stream * 0x9E3779B1 + position * 0x85EBCA77 + 0x165667B1) % 2**32
    word ^= word >> 15
    word = word * 0x2C1B3C6D % 2**32
    word ^= word >> 13
    word = word * 0x297A2D39 % 2**32
    return (word ^ word >> 16) / 2**32


def binary(point, examples):
    """0 or 1; one stream for all points, so that they are mostly right on the same examples."""
    share = 0.5 + 0.05 * point
    return np.array([float((0.8 * uniform(0, i) + 0.2 * uniform(point + 1, i)) < share) for i in range(examples)])


def real(point, examples):
    return np.array([uniform(0, i) + (0.3 + 0.05 * point) * (uniform(point + 1, i) - 0.5 + 0.04 * point) for i in range(examples)])


def rounded(point, examples):
    """With many ties and zeros when paired."""
    return np.round(10 * real(point, examples))


def resample(number):
    return np.array([math.floor(uniform(1000 + number, i) * EXAMPLES) for i in range(EXAMPLES)])


def of_mcnemar():
    cases = []
    for better, worse in [(0, 0), (1, 0), (0, 5), (3, 3), (9, 2), (40, 61), (700, 600), (1, 11000)]:
        # statsmodels knows the two-sided one alone; of p = 1/2 the one-sided ones are the tails of the same distribution.
        two_sided = float(mcnemar([[0, better], [worse, 0]], exact=True).pvalue) if better + worse else 1.0
        cases.append({"better": better, "worse": worse, "two_sided": min(1.0, two_sided)} | tails(better, worse))
    return cases


def tails(better, worse):
    if better + worse == 0:
        return {"better_p": 1.0, "worse_p": 1.0}
    p = {side: float(binomtest(better, better + worse, 0.5, alternative=side).pvalue) for side in ("greater", "less")}
    return {"better_p": p["greater"], "worse_p": p["less"]}


def of_wilcoxon():
    cases = []
    for kind, examples in [("real", 6), ("real", 30), ("real", 50), ("real", 60), ("rounded", 40), ("rounded", 60)]:
        make = {"real": real, "rounded": rounded}[kind]
        for point in (1, 3):
            differences = make(point, examples) - make(0, examples)
            exact = kind == "real" and examples <= 50
            p = {
                side: float(
                    wilcoxon(differences, zero_method="pratt", correction=True, alternative=side, method="exact" if exact else "asymptotic").pvalue
                )
                for side in ("two-sided", "greater", "less")
            }
            cases.append(
                {"kind": kind, "point": point, "examples": examples}
                | {"two_sided": p["two-sided"], "better_p": p["greater"], "worse_p": p["less"]}
            )
    return cases


def of_bootstrap():
    cases = []
    for kind, make in (("binary", binary), ("real", real)):
        for point in (1, 4):
            differences = make(point, EXAMPLES) - make(0, EXAMPLES)
            means = np.array([differences[resample(b)].mean() for b in range(RESAMPLES)])
            found = bootstrap(
                (differences,),
                np.mean,
                n_resamples=0,
                method="BCa",
                confidence_level=0.95,
                bootstrap_result=SimpleNamespace(bootstrap_distribution=means),
            ).confidence_interval
            error = differences.std(ddof=1) / math.sqrt(EXAMPLES)
            cases.append(
                {"kind": kind, "point": point, "mean": differences.mean(), "error": error, "lower": found.low, "upper": found.high}
            )
    return cases


class Resamples:
    """In place of arch's own bootstrap."""

    def __init__(self, *data):
        self.data = data

    def bootstrap(self, reps):
        for number in range(reps):
            index = resample(number)
            yield [array[index] for array in self.data], {}


def of_step_down():
    """arch's SPA of the points from the most significant one on, of each step; "upper" is without Hansen's leaving out of bad points. This
    SPA does not studentise, so it is given what is already divided by the standard error. Its p value counts resamples that
    are larger than the statistic; ours counts those that are as large too, of which there are none here, and the sample itself."""
    differences = np.stack([real(point, EXAMPLES) - real(0, EXAMPLES) for point in range(1, POINTS)], axis=1)
    scaled = differences / differences.std(axis=0, ddof=1)
    order = np.argsort(-scaled.mean(axis=0))
    spa = SPA(np.zeros(EXAMPLES), -scaled, block_size=1, reps=RESAMPLES, studentize=False)
    spa.bootstrap = Resamples(spa._loss_diff)
    adjusted = {}
    last = 0.0
    for step, point in enumerate(order):
        selector = np.zeros(len(order), dtype=bool)
        selector[order[step:]] = True
        spa.subset(selector)
        spa.compute()
        last = max(last, (float(spa.pvalues["upper"]) * RESAMPLES + 1) / (RESAMPLES + 1))
        adjusted[int(point)] = last
    return [adjusted[point] for point in range(len(order))]


def of_best_points():
    """arch's SPA with each point as the benchmark in turn, "upper", p values counted as above. Each difference is given divided by
    its standard error, which here is that of the resamples' means. Where no rival is above the benchmark ours is 1."""
    values = np.stack([real(point, EXAMPLES) for point in range(1, POINTS)], axis=1)
    found = []
    for point in range(values.shape[1]):
        above = np.delete(values, point, axis=1) - values[:, [point]]
        centred = np.array([above[resample(b)].mean(axis=0) for b in range(RESAMPLES)]) - above.mean(axis=0)
        scaled = above / np.sqrt((centred**2).mean(axis=0))
        spa = SPA(np.zeros(EXAMPLES), -scaled, block_size=1, reps=RESAMPLES, studentize=False)
        spa.bootstrap = Resamples(spa._loss_diff)
        spa.compute()
        best = scaled.mean(axis=0).max() <= 0
        found.append(1.0 if best else (float(spa.pvalues["upper"]) * RESAMPLES + 1) / (RESAMPLES + 1))
    return found


def main():
    golden = {
        "examples": EXAMPLES,
        "resamples": RESAMPLES,
        "mcnemar": of_mcnemar(),
        "wilcoxon": of_wilcoxon(),
        "bootstrap": of_bootstrap(),
        "step_down": of_step_down(),
        "best_points": of_best_points(),
    }
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")


main()
