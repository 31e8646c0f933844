from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nab.actions.reports import diagnostics as reports
from nab.actions.scores import diagnostics
from nab.core.errors import NabError
from nab.core.facts import DiagnosticsSeen
from nab.core.log.events import Draft
from nab.core.outcomes.evidence import of
from nab.core.text import times
from nab.core.text.tables import plain
from nab.edges import clock
from nab.edges.files import files
from support.records.logs import RUN, WHO, intended
from support.records.proxy_lines import dump
from support.repository.benches import bench_on
from support.servers.told_bytes import NumeraiOfBytes, answer, refusal

SHA = "ab" * 32
ERAS = [{"era": f"{number:04}", "validationCorr": 0.01, "validationMmc": None} for number in range(575, 580)]
WHOLE = {
    "id": "d1",
    "filename": "f.csv",
    "status": "done",
    "validationCorrMean": 0.02,
    "validationMmcMean": None,
}

TOLD = answer(diagnostics=[WHOLE | {"perEraDiagnostics": ERAS}])


class Numerai(NumeraiOfBytes):
    """Lists what is told of a model's files, and answers the whole of one with what is told of that."""

    def __init__(self, listed, whole=TOLD):
        super().__init__(lambda _, about: self.whole if "i" in about else answer(diagnostics=self.listed))
        self.listed, self.whole = listed, whole

    @property
    def wholes(self):
        return [about["i"] for _, about in self.questions if "i" in about]


def listed(name="d1", status="done", **more):
    return {"id": name, "filename": "f.csv", "insertedAt": "2026-05-16T12:00:00Z", "status": status} | more


@pytest.fixture
def bench(tmp_path):
    made = bench_on(tmp_path)
    made.log.append(intended(), entrant=WHO, run=RUN)
    hand_in(made)
    return made


def hand_in(bench, ago=timedelta(minutes=3)):
    """Have the proxy see a file go to Numerai, and its diagnosis asked for."""
    put = {"phase": "done", "method": "PUT", "path": "/d/f.csv", "upload_sha256": SHA}
    create = {"phase": "done", "graphql": {"operation": "mutation", "fields": ["createDiagnostics"]}}
    for line in (put, create):
        line["time"] = times.text(clock.now() - ago)
        files.append_line(bench.run(RUN).http, dump(line)[:-1])


def seen(bench):
    return [fact for _, fact in of(bench.log.events(), DiagnosticsSeen)]


def test_the_whole_answer_is_kept_by_its_hash_and_asked_for_once(bench):
    numerai = Numerai([listed()])
    assert [diagnostics.fetch(bench, numerai, lately=True) for _ in range(3)] == [1, 0, 0]

    (fact,) = seen(bench)
    assert (fact.sha256, fact.eras) == (SHA, 5)
    assert fact.metrics == {"validationCorrMean": 0.02, "validationMmcMean": None}
    assert reports.whole(bench, "d1") == numerai.whole
    assert [path.name for path in bench.run(RUN).diagnoses.iterdir()] == [f"{fact.answer}.json.gz"]
    assert numerai.wholes == ["d1"]


def test_a_file_that_waits_its_turn_is_asked_for_until_it_is_done(bench):
    numerai = Numerai([listed(status="queued")])
    for status in ("queued", "running", "running", "done", "done"):
        numerai.listed = [listed(status=status)]
        diagnostics.fetch(bench, numerai, lately=True)

    assert [(fact.status, bool(fact.answer)) for fact in seen(bench)] == [
        ("queued", False), ("running", False), ("done", True)
    ]  # fmt: skip


def test_a_tick_asks_for_what_was_handed_in_lately_and_whoever_fetches_scores_for_longer(tmp_path):
    bench, numerai = bench_on(tmp_path), Numerai([listed()])
    bench.log.append(intended(), entrant=WHO, run=RUN)
    hand_in(bench, ago=timedelta(hours=5))

    assert diagnostics.fetch(bench, numerai, lately=True) == 0 == len(numerai.questions)
    assert diagnostics.fetch(bench, numerai) == 1


def test_what_an_older_log_knows_without_the_whole_answer_is_asked_for_in_whole(bench):
    old = DiagnosticsSeen(
        diagnostics="d1", filename="f.csv", inserted_at="2026-05-16T12:00:00.000Z", status="done", sha256=SHA,
        metrics={"validationCorrMean": 0.02},
    )  # fmt: skip
    bench.log.append_all([Draft(fact=old, entrant=WHO, run=RUN)])

    assert [diagnostics.fetch(bench, Numerai([listed()])) for _ in range(2)] == [1, 0]
    assert [bool(fact.answer) for fact in seen(bench)] == [False, True]


def test_a_scan_of_older_code_which_knew_no_times_is_made_anew(bench):
    diagnostics.scan(bench, RUN)
    kept = msgspec.json.decode(bench.run(RUN).scan.read_bytes())
    bench.run(RUN).scan.write_bytes(msgspec.json.encode({k: v for k, v in kept.items() if k != "handed_in"}))

    found = diagnostics.scan(bench, RUN)
    assert (found.diagnosed, found.files) == (1, {"f.csv": SHA})
    assert times.parse_or_none(found.handed_in)


def test_silence_on_the_whole_leaves_it_to_the_next_look(bench, capsys):
    numerai = Numerai([listed()], whole=b"<html>")
    diagnostics.fetch(bench, numerai)
    assert "cannot be read" in capsys.readouterr().err
    assert not seen(bench)[-1].answer
    with pytest.raises(NabError, match="not been asked for yet"):
        reports.whole(bench, "d1")
    numerai.whole = answer(diagnostics=WHOLE)

    assert diagnostics.fetch(bench, numerai) == 1
    assert seen(bench)[-1].answer


def test_a_field_that_numerai_gave_up_costs_itself_alone(bench):
    gone = iter(["validationApy", "validationAutocorr"])
    numerai = Numerai([listed()])
    whole, numerai.told = numerai.whole, lambda query, about: (
        answer(diagnostics=[listed()]) if "i" not in about
        else refusal(f'Cannot query field "{name}" on type "V2Diagnostics".') if (name := next(gone, ""))
        else whole
    )  # fmt: skip

    assert diagnostics.fetch(bench, numerai) == 1
    assert seen(bench)[-1].answer
    assert "validationApy" not in numerai.questions[-1][0]
    assert "validationMmcMean" in numerai.questions[-1][0]


@pytest.mark.parametrize(
    ("limits", "why"),
    [((100, 512), "bytes"), ((1 << 20, 0), "take")],
    ids=["one is too long", "all are too much"],
)
def test_what_is_left_out_is_said_and_not_asked_for_again(bench, monkeypatch, limits, why):
    most_bytes, most_mib = limits
    monkeypatch.setattr(diagnostics, "MOST_BYTES", most_bytes)
    recording = msgspec.structs.replace(bench.config.settings.recording, diagnoses_max_mib=most_mib)
    config = msgspec.structs.replace(
        bench.config, settings=msgspec.structs.replace(bench.config.settings, recording=recording)
    )
    bench, numerai = type(bench)(config, "test"), Numerai([listed()])

    assert [diagnostics.fetch(bench, numerai) for _ in range(2)] == [1, 0]
    (fact,) = seen(bench)
    assert why in fact.left_out
    assert fact.metrics["validationCorrMean"] == 0.02
    assert not fact.answer


def test_one_look_asks_for_so_many_whole_answers_and_the_next_for_the_others(bench, monkeypatch):
    monkeypatch.setattr(diagnostics, "MOST_WHOLE", 2)
    names = [f"d{number}" for number in range(5)]
    numerai = Numerai([listed(name) for name in names])
    numerai.told = lambda _, about: (
        answer(diagnostics=[WHOLE | {"id": about["i"]}])
        if "i" in about
        else answer(diagnostics=numerai.listed)
    )
    for _ in range(4):
        diagnostics.fetch(bench, numerai)

    assert sorted(numerai.wholes) == names


FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*listed(), "x"]), inner, max_size=5)
    ),
    max_leaves=6,
)
HOSTILE = st.fixed_dictionaries(
    {"id": st.just("d1") | FOREIGN, "filename": st.just("f.csv") | FOREIGN},
    optional={
        "insertedAt": FOREIGN,
        "status": st.just("done") | FOREIGN,
        "message": FOREIGN | st.just("m" * 9999),
    },
)


@pytest.mark.full
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(HOSTILE | FOREIGN, max_size=4), HOSTILE | FOREIGN, st.booleans())
def test_whatever_numerai_answers_ends_nothing_and_the_log_stays_readable(bench, told, whole, as_list):
    numerai = Numerai(told, whole=answer(diagnostics=[whole] if as_list else whole))

    diagnostics.fetch(bench, numerai)

    bench_on(bench.paths.root.parent).log.events()
    assert all(len(fact.message) <= diagnostics.MOST_OF_A_MESSAGE for fact in seen(bench))
    assert plain(reports.show(reports.told(bench)))
