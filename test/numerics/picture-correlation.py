"""Writes `picture-correlation.json` beside this file: the correlations of pictures by NumPy's corrcoef. Needs NumPy 2."""
import json
import os

import numpy as np


def picture(seed):
    """Numbers that the test makes too."""
    y, x = np.mgrid[0:64, 0:64]
    return np.floor(127 + 60 * np.sin(x * (0.11 + seed * 0.03) + seed) + 60 * np.cos(y * 0.17 - x * 0.05 * seed))


def points(fraction, offset):
    length = 64 * fraction
    return np.clip(offset * (64 - length) - 0.5 + (np.arange(32) + 0.5) * length / 32, 0, 63)


def sampled(grey, fraction, top, left):
    """By rows, then by columns, with NumPy's straight lines."""
    at = np.arange(64)
    rows = np.array([np.interp(points(fraction, left), at, row) for row in grey])
    return np.array([np.interp(points(fraction, top), at, column) for column in rows.T]).T


def forms(grey):
    whole = sampled(grey, 1, 0, 0)
    cut = [sampled(grey, 0.95, top, left) for top in (0, 0.5, 1) for left in (0, 0.5, 1)]
    return [whole, whole[:, ::-1]], [whole, *cut]


def correlation(a, b):
    (whole_a, parts_a), (whole_b, parts_b) = forms(a), forms(b)
    pairs = [(p, w) for p in parts_a for w in whole_b] + [(p, w) for p in parts_b for w in whole_a]
    return max(np.corrcoef(p.ravel(), w.ravel())[0, 1] for p, w in pairs)


pairs = [(0, 0), (0, 1), (1, 2), (2, 5)]
result = [{"seeds": pair, "correlation": correlation(picture(pair[0]), picture(pair[1]))} for pair in pairs]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "picture-correlation.json"), "w") as file:
    json.dump({"numpy": np.__version__, "pairs": result}, file)
    file.write("\n")
