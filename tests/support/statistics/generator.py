"""Paired differences of null seasons: Gaussian noise that neighbouring rounds share."""

import numpy as np


def differences(count, n, *, calibrated=True, sd=0.012, seed=1):
    """Return so many series of n rounds, with the calibrated overlap or the worst."""
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    shared = np.clip(1 - lags / 20, 0, None)
    if calibrated:
        shared = np.where(lags == 0, 1, 0.877 * shared * 0.981**lags)
    noise = np.random.default_rng(seed).standard_normal((count, n))
    return sd * noise @ np.linalg.cholesky(shared + 1e-12 * np.eye(n)).T


def false_positives(test, series):
    return np.mean([test(list(one)).p <= 0.05 for one in series])
