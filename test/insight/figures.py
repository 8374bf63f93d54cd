"""Writes `figures.json` beside this file: figures of scikit-learn and SciPy. Needs scikit-learn 1.9 and SciPy 1.17.

Their bootstrap is repeated with the same resamples that the test gives to the package.
"""
import json
import os
import warnings

import numpy as np
import scipy
import sklearn
from scipy.stats import binomtest
from sklearn.metrics import brier_score_loss, log_loss, precision_recall_fscore_support, roc_auc_score

# float32 probabilities sum to 1 within 1e-7 only.
warnings.filterwarnings("ignore", message="The y_prob values do not sum to one")
random = np.random.default_rng(5)


def auc(y, p):
    if p.shape[1] == 2:
        return roc_auc_score(y, p[:, 1]) if len(set(y)) == 2 else np.nan
    # A resample may lack a class: roc_auc_score refuses it, and its mean over the others is what is wanted.
    ones = [roc_auc_score(y == k, p[:, k]) for k in range(p.shape[1]) if 0 < np.sum(y == k) < len(y)]
    return np.mean(ones) if ones else np.nan


def brier(y, p):
    if p.shape[1] == 2:
        return brier_score_loss(y, p[:, 1], labels=[0, 1])
    return brier_score_loss(y, p, labels=list(range(p.shape[1])))


def per_class(y, predicted, classes):
    return precision_recall_fscore_support(y, predicted, labels=list(range(classes)), zero_division=np.nan)


def figures(y, p):
    classes = p.shape[1]
    predicted = p.argmax(1)
    f1 = per_class(y, predicted, classes)[2]
    return [log_loss(y, p, labels=list(range(classes))), brier(y, p), auc(y, p), *f1]


def wilson(right, n):
    if n == 0:
        return [0, 1]
    return list(binomtest(int(right), int(n)).proportion_ci(0.95, method="wilson"))


def case(n, classes, resamples, rare):
    y = random.integers(0, classes, n)
    if rare:
        y[y == classes - 1] = 0
        y[0] = classes - 1
    logits = random.normal(size=(n, classes)) + 1.2 * (np.arange(classes) == y[:, None])
    # Few steps: many ties.
    logits = np.round(logits * 4) / 4
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    p = np.float64(np.float32(p))
    predicted = p.argmax(1)
    precision, recall, f1, support = per_class(y, predicted, classes)
    drawn = random.integers(0, n, (resamples, n))
    values = np.array([figures(y[rows], p[rows]) for rows in drawn])
    ends = np.nanpercentile(values, [2.5, 97.5], axis=0).T
    hits = [np.sum((y == k) & (predicted == k)) for k in range(classes)]
    if classes > 2:
        assert np.isclose(auc(y, p), roc_auc_score(y, p / p.sum(1, keepdims=True), multi_class="ovr"), atol=1e-6)
    loss, brier_score, area, *_ = figures(y, p)
    return {
        "probabilities": p.tolist(),
        "labels": y.tolist(),
        "drawn": drawn.tolist(),
        "acc": float(np.mean(y == predicted)),
        "loss": loss,
        "brier": brier_score,
        "auc": area,
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "wilson": {
            "acc": wilson(np.sum(y == predicted), n),
            "precision": [wilson(hits[k], np.sum(predicted == k)) for k in range(classes)],
            "recall": [wilson(hits[k], support[k]) for k in range(classes)],
        },
        "bootstrap": {"loss": ends[0].tolist(), "brier": ends[1].tolist(), "auc": ends[2].tolist(), "f1": ends[3:].tolist()},
    }


result = {
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "cases": [case(40, 2, 60, False), case(30, 4, 60, True)],
}


def plain(value):
    """JSON has no NaN."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and np.isnan(value) else value


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures.json"), "w") as file:
    json.dump(plain(result), file)
    file.write("\n")
