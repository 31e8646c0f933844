"""What is cut: an operator's files, or a synthetic dataset that is long enough; and where its cut is kept."""

from __future__ import annotations

import hashlib
from math import ceil
from pathlib import Path

from nab.core.replay import cut as cuts
from nab.tournament.market.dataset import META_MODEL_SHARE
from nab.tournament.market.market import Market, with_eras
from nab.tournament.market.past import UNKNOWN_SHORT_ERAS


def long_enough(market: Market, sealed: int) -> Market:
    """Return the market with so many validation eras that each sealed one has a meta model."""
    validation = ceil((sealed + UNKNOWN_SHORT_ERAS + 1) / META_MODEL_SHARE)
    return Market(market.seed, with_eras(market.size, market.size.train_eras, validation))


def folder(root: Path, source: Path, sealed: int) -> Path:
    """Return where the cut of a dataset is kept; whoever brings newer files removes it, and all is cut anew."""
    key = hashlib.sha256(f"{cuts.LAYOUT} {source.resolve()} {sealed}".encode()).hexdigest()[:12]
    return root / "replay" / f"cut-{key}"
