"""Writes `principal-components.json` beside this file: singular values and scores by NumPy 2.4.6 for data that the test makes too."""
import json
import os

import numpy as np


def made(n, size):
    i, k = np.meshgrid(np.arange(n), np.arange(size), indexing="ij")
    return np.sin(i * 12.9898 + k * 78.233 + i * k * 0.37) * 0.9**k + 3


results = []
for n, size in [(60, 24), (20, 45)]:
    x = made(n, size)
    u, s, _ = np.linalg.svd(x - x.mean(0), full_matrices=False)
    scores = u[:, :4] * s[:4]
    results.append({"n": n, "size": size, "variances": (s[:4] ** 2 / n).tolist(), "scores": scores.ravel().tolist()})

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "principal-components.json")
with open(place, "w") as file:
    json.dump(results, file)
    file.write("\n")
