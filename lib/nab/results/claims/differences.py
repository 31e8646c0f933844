"""Where what is on record of claims is not what the log tells when it is derived anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from nab.core.claims.told import Said, Told
from nab.core.facts import ClaimLooked, ClaimWithdrawn, Excluded
from nab.results.claims import rounds
from nab.results.claims.derived import Derived, Hypothesis
from nab.results.claims.documents import VersionTold, sha256
from nab.results.claims.rounds import Past
from nab.results.verdicts.looks import Verdict
from nab.results.verdicts.season import Version

LEFT_OUT = "round {round} is left out without a cause ({run})"
CODE = "code"  # the cause of a version that changed code says of the same place


class Difference(NamedTuple):
    """What is not as it should be, of a claim or a family."""

    id: str
    what: str


class Harness(NamedTuple):
    """The code that looks: its commit and the hash of its lock."""

    commit: str = ""
    lock_sha256: str = ""


UNKNOWN = Harness()


class Kept(NamedTuple):
    """What is to be written down: the fact, and the document that its hash is of."""

    fact: ClaimLooked | ClaimWithdrawn
    document: VersionTold | None = None


def differences(derived: Derived, said: Told) -> Iterator[Difference]:
    """Yield every difference, in the order of families and claims."""
    yield from early_scores(derived)
    derived.tell_in_order(lambda *_: True)
    now, ids = derived.pasts.at(derived.upto), set()
    for claim, one, pair in derived.claims():
        ids.add(claim)
        seqs = set()
        for version, told, digest in derived.hashes(claim, one, pair):
            seqs.add(version.seq)
            yield from (Difference(claim, what) for what in of_version(version, told, digest, said))
            unknown = without_cause(still_unknown(now, told.excluded), LEFT_OUT)
            yield from (Difference(claim, what) for what in unknown)
            if taken_back(one.season.versions[pair], version) and (claim, version.seq) not in said.withdrawn:
                yield Difference(claim, f"withdrawn as of event {version.seq}, and that is not on record")
        for word in said.looked.get(claim, []):
            if word.fact.upto not in seqs:
                yield Difference(
                    claim, f"event {word.seq} tells of a look as of {word.fact.upto}: there was none"
                )
            if word.fact.upto >= word.seq:
                yield Difference(claim, f"event {word.seq} tells of what comes after it")
    for claim in sorted(said.looked.keys() - ids):
        yield Difference(claim, "a look is on record, and no such claim was registered")


def early_scores(derived: Derived) -> Iterator[Difference]:
    """Yield the families that were registered when a score of theirs was there."""
    for name, one in derived.families.items():
        first = one.material.first_score
        if first is not None and first < one.family.seq:
            what = f"registered by event {one.family.seq}, after its first score (event {first})"
            yield Difference(name, what)


def of_version(version: Version, told: VersionTold, digest: str, said: Told) -> Iterator[str]:
    """Yield what is wrong with a version and its record."""
    word = said.last(told.claim, version.seq)
    if word is None:
        yield f"the look as of event {version.seq} is not on record (make tick writes it down)"
    elif word.fact.sha256 != digest or list(figures(word.fact)) != list(figures(fact(told, digest))):
        yield f"event {word.seq} says {said_otherwise(word, told)} as of event {version.seq}"
    on_record = word.fact.excluded if word else ()
    if on_record != told.excluded:
        yield from without_cause(on_record, f"on record {LEFT_OUT}")


def still_unknown(now: Past, excluded: Iterable[Excluded]) -> Iterator[Excluded]:
    """Yield the rounds of which no cause was known then, and none is now."""
    for one in excluded:
        if not one.cause:
            yield from rounds.excluded(now, [(one.round, one.run)])


def without_cause(excluded: Iterable[Excluded], words: str) -> Iterator[str]:
    """Yield the rounds that nobody answers for."""
    for one in excluded:
        if not one.cause:
            yield words.format(round=one.round, run=one.run)


def said_otherwise(word: Said, told: VersionTold) -> str:
    """Say in which figures a record differs; where in none of them, that it is its hash."""
    before, now = dict(figures(word.fact)), dict(figures(fact(told, "")))
    found = [f"{name} {before[name]} and not {now[name]}" for name in now if before[name] != now[name]]
    return ", ".join(found) or "something else than is derived (its hash is another)"


def figures(one: ClaimLooked) -> Iterator[tuple[str, object]]:
    """Yield what a record says of a look."""
    yield "verdict", one.verdict
    yield "look", one.look
    yield "estimate", one.estimate
    yield "interval", one.interval
    yield "interval alone", one.alone
    yield "n", one.n
    yield "n_eff", one.n_eff
    yield "scores", one.data_sha256[:12]
    yield "excluded rounds", [(each.round, each.run, each.cause) for each in one.excluded]


def fact(
    told: VersionTold, digest: str, causes: tuple[str, ...] = (), harness: Harness = UNKNOWN
) -> ClaimLooked:
    """Write a version as a fact."""
    look = next(one for one in told.looks if one.look == told.look)
    return ClaimLooked(
        claim=told.claim,
        upto=told.upto,
        look=told.look,
        verdict=told.verdict,
        estimate=look.estimate,
        interval=look.interval,
        alone=look.alone,
        n=look.n,
        n_eff=look.n_eff,
        causes=causes or told.causes,
        excluded=told.excluded,
        sha256=digest,
        data_sha256=told.data_sha256,
        commit=harness.commit,
        lock_sha256=harness.lock_sha256,
    )


def unwritten(derived: Derived, said: Told, harness: Harness) -> list[Kept]:
    """Return what a look has to write down: versions not on record, and those that changed code tells otherwise.

    In the order of what they are about. What the same code tells otherwise is never put right: it is a difference.
    """
    derived.tell_in_order(lambda one, version: is_due(one, version, said, harness))
    found = [kept for one in derived.claims() for kept in of_claim(derived, said, harness, one)]
    return sorted(found, key=lambda kept: kept.fact.upto)


def of_claim(derived: Derived, said: Told, harness: Harness, one: Hypothesis) -> Iterator[Kept]:
    """Yield what is to be written down of one claim."""
    claim, family, pair = one
    versions = family.season.versions[pair]
    for version in versions:
        word = said.last(claim, version.seq)
        if not is_due(one, version, said, harness):
            continue
        told = derived.told(claim, family, version)
        digest = sha256(told)
        if word is not None and word.fact.sha256 == digest:
            continue
        causes = (CODE,) if word else told.causes
        yield Kept(fact(told, digest, causes, harness), told)
        before = taken_back(versions, version)
        if before and (claim, version.seq) not in said.withdrawn:
            yield Kept(ClaimWithdrawn(claim=claim, upto=version.seq, verdict=before, causes=causes))


def is_due(one: Hypothesis, version: Version, said: Told, harness: Harness) -> bool:
    """Say whether a version is not on record, or by other code."""
    word = said.last(one.claim, version.seq)
    return word is None or made_by(word) != harness


def taken_back(versions: list[Version], one: Version) -> str:
    """Return the verdict that a version takes back; empty where it takes back none."""
    place = versions.index(one)
    if one.verdict is not Verdict.WITHDRAWN or not place or versions[place - 1].verdict is Verdict.WITHDRAWN:
        return ""
    return versions[place - 1].verdict.value


def made_by(word: Said) -> Harness:
    """Return the code that a record was made by."""
    return Harness(word.fact.commit, word.fact.lock_sha256)


def documents(derived: Derived, claims: Collection[str] | None) -> Iterator[tuple[str, bytes]]:
    """Yield the file of each version of some claims, or of all: its name and its content."""
    derived.tell_in_order(lambda one, _: claims is None or one.claim in claims)
    for claim, one, pair in derived.claims():
        if claims is None or claim in claims:
            for number, (_, told, _) in enumerate(derived.hashes(claim, one, pair), start=1):
                yield f"{claim}-v{number}.json", document(told)


def files_differ(derived: Derived, kept: Mapping[str, bytes]) -> Iterator[Difference]:
    """Yield the claims of which a file is not what is derived; one that is not kept is none."""
    for name, content in documents(derived, None):
        if kept.get(name, content) != content:
            claim = name.rpartition("-v")[0]
            yield Difference(claim, f"{name} is not what the log tells: it was changed after it was written")


def document(told: VersionTold) -> bytes:
    """Write a version as its file has it."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"
