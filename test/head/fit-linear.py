"""Writes `fit-linear.json` beside this file: the coefficients of scikit-learn's LogisticRegression. Needs scikit-learn 1.x."""
import json
import os

import numpy as np
from sklearn.linear_model import LogisticRegression


def rows(n, size, classes):
    """Numbers that the test makes too."""
    i = np.arange(n * size)
    x = np.sin(i * 12.9898) * 0.5 + np.cos(i * 0.37) * (0.3 + (i // size) % classes * 0.4)
    return np.float32(x).reshape(n, size), (np.arange(n) + (np.arange(n) % 7 == 0)) % classes


results = []
for n, size, classes, strength in [(60, 8, 2, 0.7), (60, 8, 2, 100.0), (90, 5, 3, 2.0), (12, 40, 2, 1.0)]:
    x, y = rows(n, size, classes)
    # In float32 it stops short of the minimum.
    model = LogisticRegression(C=strength, tol=1e-10, max_iter=10000).fit(np.float64(x), y)
    results.append(
        {
            **{"n": n, "size": size, "classes": classes, "strength": strength},
            "coefficients": model.coef_.tolist(),
            "intercepts": model.intercept_.tolist(),
        }
    )
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "fit-linear.json"), "w") as file:
    json.dump(results, file)
    file.write("\n")
