"""Writes `insight.json` beside this file: numbers of SciPy 1.17.1, NumPy 2.4.6, cleanlab 2.9.0 for data that the tests make too."""
import json
import os

import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues
from scipy.optimize import curve_fit, minimize_scalar
from scipy.special import log_softmax, softmax


def logits(n, classes):
    """Logits that are too sure, and labels of which some are others than the largest."""
    i, k = np.meshgrid(np.arange(n), np.arange(classes), indexing="ij")
    labels = np.arange(n) % classes
    z = 6 * np.sin(i * 12.9898 + k * 4.1414) + np.where(k == labels[:, None], 5.0, 0.0)
    return z, labels


results = {"powerLaws": [], "temperatures": [], "confident": []}

for a, b, c in [(0.8, 0.5, 0.02), (1.5, 0.9, 0.0), (0.3, 0.25, 0.05), (0.6, 0.7, 0.1)]:
    n = np.array([8.0, 16, 31, 63, 125, 250, 500])
    error = a * n**-b + c + 0.003 * np.sin(n * 7.7)
    sigma = 0.004 + 0.05 / np.sqrt(n)
    law, _ = curve_fit(
        lambda x, a, b, c: a * x**-b + c,
        n,
        error,
        p0=[1, 0.5, 0.01],
        sigma=sigma,
        bounds=([0, 0.01, 0], [np.inf, 5, np.inf]),
        **{"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "max_nfev": 100000},
    )
    rest = (((law[0] * n ** -law[1] + law[2] - error) / sigma) ** 2).sum()
    results["powerLaws"].append({"a": a, "b": b, "c": c, "law": law.tolist(), "rest": rest})

for n, classes in [(120, 2), (90, 3), (200, 7)]:
    z, labels = logits(n, classes)
    rows = np.arange(n)
    loss = lambda log_t: -log_softmax(z / np.exp(log_t), axis=1)[rows, labels].mean()
    found = minimize_scalar(loss, bounds=np.log([0.01, 100]), method="bounded", options={"xatol": 1e-12})
    entry = {"n": n, "classes": classes, "temperature": float(np.exp(found.x)), "losses": [loss(0), found.fun]}
    for name, t in [("before", 1.0), ("after", entry["temperature"])]:
        p = softmax(z / t, axis=1)
        confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
        bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
        entry[name] = sum(
            (bins == b).mean() * abs(right[bins == b].mean() - confidence[bins == b].mean())
            for b in range(15)
            if (bins == b).any()
        )
    results["temperatures"].append(entry)

    p = softmax(z / 2, axis=1)
    joint, _ = compute_confident_joint(labels, p, calibrate=False, return_indices_of_off_diagonals=True)
    ranked = find_label_issues(labels, p, filter_by="confident_learning", return_indices_ranked_by="normalized_margin")
    results["confident"].append(
        {
            **{"n": n, "classes": classes, "joint": joint.tolist()},
            "thresholds": get_confident_thresholds(labels, p).tolist(),
            "suspects": ranked.tolist(),
        }
    )

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "insight.json"), "w") as file:
    json.dump(results, file)
    file.write("\n")
