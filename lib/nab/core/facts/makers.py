"""Facts of what made the runs: the harness and the machine. Each counts until the next of its kind."""

from __future__ import annotations

from nab.core.facts.base import Fact


class HarnessSeen(Fact, frozen=True, tag="harness.seen"):
    """Which harness is at work: `commit` and `dirty` of its checkout, which an installed wheel has not.

    `lock_sha256` is that of requirements.lock, where the installation has it.
    """

    version: str
    commit: str = ""
    dirty: bool = False
    lock_sha256: str = ""
    python: str = ""


class MachineSeen(Fact, frozen=True, tag="machine.seen"):
    """Which machine it works on. What cannot be told is empty; `gpus` are the names of NVIDIA's, by their driver."""

    cpu: str = ""
    cores: int = 0
    memory_gib: float = 0.0
    gpus: tuple[str, ...] = ()
    driver: str = ""
    kernel: str = ""
    system: str = ""
    engine: str = ""
    cgroups: int = 0
