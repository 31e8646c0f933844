"""What of the claims is on record: pages say a verdict after a look wrote it down, and not when it could be derived."""

from __future__ import annotations

from nab.results.claims.derived import Derived


def keep(derived: Derived) -> None:
    """Leave out the versions of claims that no look wrote down yet, and the looks that only those rest on."""
    for one in derived.families.values():
        for pair, versions in one.season.versions.items():
            written = {word.fact.upto for word in derived.said.looked.get(one.id(pair), [])}
            kept = [version for version in versions if version.seq in written]
            one.season.versions[pair] = kept
            del one.season.shared[pair].taken[len(kept[-1].looks) if kept else 0 :]
