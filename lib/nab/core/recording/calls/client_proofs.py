"""What was proved of the clients in an image, and for what exactly: anything else is tried anew, in full."""

from __future__ import annotations

import hashlib

import msgspec

from nab.core.recording.calls.client_coverage import Coverage

OF_A_RUN = frozenset(
    {"NUMERAI_MODEL_ID", "NUMERAI_MODEL_NAME", "NAB_ENTRANT", "NAB_OBJECTIVE", "OMP_NUM_THREADS"}
)  # what a box's environment says of its run, and no client looks at


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof is about: the digests of two images, the engine, and how the clients were tried."""

    image: str
    proxy: str
    engine: str
    recipe: str

    @property
    def name(self) -> str:
        """Name it as its file is: another subject has another."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Every client of an image trusts the proxy: of what, in which run that was tried, when, and what was found."""

    schema: int = 1
    subject: Subject
    run: str
    at: str
    coverage: Coverage


def recipe(environment: dict[str, str], trusted: tuple[str, ...]) -> str:
    """Fingerprint how clients are tried: in which environment, and with which certificates (their SHA-256).

    The program that tries them lies in the image, and is told by its digest.
    """
    same = {name: value for name, value in environment.items() if name not in OF_A_RUN}
    told = msgspec.json.encode((sorted(same.items()), trusted))
    return hashlib.sha256(told).hexdigest()


def is_proof(coverage: Coverage) -> bool:
    """Say whether what was found proves anything: a failure, or a box without clients, never does."""
    return coverage.failed is None and bool(coverage.clients) and not coverage.uncovered


def stands(proof: Proof | None, subject: Subject) -> bool:
    """Say whether something that was kept proves this."""
    return proof is not None and proof.subject == subject and is_proof(proof.coverage)


def as_told(proof: Proof) -> Coverage:
    """Return what a proof says of the clients of another run, with where that is from."""
    return msgspec.structs.replace(proof.coverage, proved_in=proof.run, proved_at=proof.at)
