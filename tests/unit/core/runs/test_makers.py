"""Which harness and machine made a run, as the log told of them before it."""

import msgspec
import pytest

from nab.core.facts import HarnessSeen, MachineSeen
from nab.core.runs import makers
from nab.core.runs.makers import Makers
from support.records.logs import RUN, WHO, Log, intended

HARNESS = HarnessSeen(version="0.1.0", commit="1a2b3c4d5e6f7a8b", lock_sha256="0" * 64, python="3.11.7")
MACHINE = MachineSeen(cpu="AMD EPYC", cores=2, memory_gib=23.5, engine="25.0.5")
OTHER = MachineSeen(cpu="Xeon", cores=64, memory_gib=512, gpus=("NVIDIA H200", "NVIDIA H200", "NVIDIA T4"))


def log(*facts):
    made = Log()
    for fact in facts:
        made.add(fact, entrant=WHO, run=RUN) if fact == intended() else made.add(fact)
    return made.events


def test_a_run_is_made_by_what_was_told_of_last_before_it_was_intended():
    events = log(HARNESS, OTHER, MACHINE, intended(), OTHER)

    assert makers.of_run(events, RUN) == Makers(HARNESS, MACHINE)
    assert makers.newest(events) == Makers(HARNESS, OTHER)


def test_a_run_older_than_these_facts_has_nothing_on_record():
    assert makers.of_run(log(intended(), HARNESS, MACHINE), RUN) == Makers()
    assert makers.of_run(log(HARNESS), "another") == Makers()


def test_an_engine_that_does_not_answer_changes_no_machine():
    silent = MachineSeen(cpu="AMD EPYC", cores=2, memory_gib=23.5)

    assert makers.complete(silent, MACHINE) == MACHINE
    assert makers.complete(silent, None) == silent
    assert makers.complete(OTHER, MACHINE) == MachineSeen(**{
        name: getattr(OTHER, name) for name in OTHER.__struct_fields__ if name != "engine"
    }, engine="25.0.5")  # fmt: skip


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Makers(HARNESS, MACHINE), "nab 0.1.0 at 1a2b3c4d5e6f on 2 cores of AMD EPYC, 23.5 GiB, no GPU"),
        (
            Makers(HarnessSeen(version="0.1.0", commit="1a2b3c4d5e6f7a8b", dirty=True), OTHER),
            "nab 0.1.0 at 1a2b3c4d5e6f with changes on 64 cores of Xeon, 512 GiB, 2 NVIDIA H200, 1 NVIDIA T4",
        ),
        (
            Makers(HarnessSeen(version="0.1.0"), MACHINE),
            "nab 0.1.0 of an unknown commit on 2 cores of AMD EPYC, 23.5 GiB, no GPU",
        ),
    ],
)
def test_it_is_said_in_a_line(found, said):
    assert makers.words(found, intended()) == f"made by {said}"


def test_a_coding_agent_has_an_effort_or_its_programs_own():
    asked = msgspec.structs.replace(intended(), llm="gpt", flags=("codex",), effort="high")

    assert makers.words(Makers(), asked) == "made by: not on record; effort high"
    assert makers.words(Makers(), msgspec.structs.replace(asked, effort="")).endswith("as its program has it")
    assert makers.words(Makers(), intended()) == "made by: not on record"
