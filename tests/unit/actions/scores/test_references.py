from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nab.actions.scores import references
from nab.core.facts import ReferenceSeen
from nab.core.outcomes.evidence import of
from nab.edges import clock
from support.records.logs import round_seen
from support.repository.benches import bench_on
from support.servers.told_bytes import NumeraiOfBytes, answer, refusal

SETTINGS = (
    '[references]\naccounts = {}\nmodels = {}\n[[entrants]]\nagent = "random"\nlevel = "L3"\nmodel = "m"\n'
)
METRICS = {"mmc", "v2_corr20", "mmc60", "corr60"}


def row(number=1269, metric="mmc", day=3, value=0.1, **more):
    return {
        "roundNumber": number,
        "displayName": metric,
        "day": day,
        "value": value,
        "percentile": 0.5,
    } | more


class Numerai(NumeraiOfBytes):
    """Knows an account of two models and one model beside it, each with the same scores."""

    def __init__(self, *rows):
        super().__init__(self.answered)
        self.rows, self.instead = list(rows), b""

    def answered(self, query, about):
        if self.instead:
            return self.instead
        if "accountProfile" in query:
            return answer(
                accountProfile={"models": [{"id": f"id-{n}", "displayName": n} for n in ("a", "b")]}
            )
        if "v3UserProfile" in query:
            return answer(v3UserProfile={"id": f"id-{about['m']}"})
        return answer(submissionScores=[one for one in self.rows if one["displayName"] == about["d"]])

    def about(self, what):
        return [about for query, about in self.questions if what in query]


def bench_of(folder, accounts='["benchmark_models"]', models='["c"]'):
    folder.mkdir(exist_ok=True)
    made = bench_on(folder, SETTINGS.format(accounts, models))
    made.log.append(round_seen(), round=1269)
    return made


@pytest.fixture
def bench(tmp_path):
    return bench_of(tmp_path)


def a_day_later(monkeypatch):
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=1))


def seen(bench):
    return [fact for _, fact in of(bench.log.events(), ReferenceSeen)]


def test_every_model_of_an_account_and_every_named_one_is_asked_for_once_a_day(bench, monkeypatch):
    numerai = Numerai(row(), row(metric="v2_corr20"))
    assert [references.fetch(bench, numerai) for _ in range(3)] == [6, 0, 0]
    assert {(fact.model, fact.account) for fact in seen(bench)} == {
        ("a", "benchmark_models"), ("b", "benchmark_models"), ("c", "")
    }  # fmt: skip
    assert len(numerai.about("submissionScores")) == 3 * len(METRICS)
    assert {about["d"] for about in numerai.about("submissionScores")} == METRICS

    a_day_later(monkeypatch)
    numerai.rows.append(row(day=4))
    assert references.fetch(bench, numerai) == 3
    assert [value.day for fact in seen(bench)[3:] for value in fact.values] == [4, 4, 4]
    assert len(numerai.about("v3UserProfile")) == 1


def test_only_rounds_of_ours_are_kept_and_nothing_that_is_not_asked_for(bench):
    numerai = Numerai(row(1268), row(1269), row(metric="tc"))

    assert references.fetch(bench, numerai) == 3
    assert {(value.round, value.metric) for fact in seen(bench) for value in fact.values} == {(1269, "mmc")}


def test_with_no_references_and_before_the_first_round_nothing_is_asked(tmp_path):
    numerai = Numerai(row())

    assert references.fetch(bench_of(tmp_path / "none", "[]", "[]"), numerai) == 0
    assert references.fetch(bench_on(tmp_path), numerai) == 0
    assert numerai.questions == []


def test_they_are_nobodys_entrants_and_no_row_of_any_table(bench):
    references.fetch(bench, Numerai(row()))

    assert bench.standings().rows == ()
    assert not bench.models().of
    assert {
        (event.entrant, event.round, event.run) for event, _ in of(bench.log.events(), ReferenceSeen)
    } == {(None, None, None)}


def test_a_model_that_numerai_does_not_know_is_on_record_once_a_day(bench, monkeypatch, capsys):
    numerai = Numerai()
    numerai.instead = refusal("User not found")
    for _ in range(3):
        references.fetch(bench, numerai)
    assert [(fact.account, fact.model, fact.error) for fact in seen(bench)] == [
        ("benchmark_models", "", "Numerai said: User not found"), ("", "c", "Numerai said: User not found")
    ]  # fmt: skip
    assert capsys.readouterr().err.count("User not found") == 2

    a_day_later(monkeypatch)
    numerai.instead = b""
    references.fetch(bench, numerai)
    assert {fact.model for fact in seen(bench)[2:]} == {"a", "b", "c"}


def test_silence_writes_nothing_and_the_next_look_asks_again(bench):
    numerai = Numerai(row())
    numerai.instead = b"<html>"
    assert references.fetch(bench, numerai) == 0
    assert seen(bench) == []
    numerai.instead = b""

    assert references.fetch(bench, numerai) == 3


def test_one_look_asks_for_so_many_models_and_the_next_for_the_others(bench, monkeypatch):
    monkeypatch.setattr(references, "MOST_MODELS", 2)
    numerai = Numerai(row())

    assert [references.fetch(bench, numerai) for _ in range(3)] == [2, 1, 0]


def test_many_values_stand_in_several_events(bench, monkeypatch):
    monkeypatch.setattr(references, "VALUES_AN_EVENT", 7)
    numerai = Numerai(*(row(day=day) for day in range(1, 21)))
    references.fetch(bench, numerai)

    assert [len(fact.values) for fact in seen(bench) if fact.model == "a"] == [7, 7, 6]
    assert references.fetch(bench, numerai) == 0


FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*row(), "id"]), inner, max_size=5)
    ),
    max_leaves=5,
)
ROWS = st.lists(
    st.fixed_dictionaries({name: st.just(said) | FOREIGN for name, said in row().items()}) | FOREIGN
)


@pytest.mark.full
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.data())
def test_whatever_numerai_answers_ends_nothing_and_the_log_stays_readable(tmp_path, data):
    bench = bench_of(tmp_path)
    about = {
        "accountProfile": st.just({"models": [{"id": "i", "displayName": "a"}]}) | FOREIGN,
        "v3UserProfile": st.just({"id": "i"}) | FOREIGN,
        "submissionScores": ROWS | FOREIGN,
    }
    told = {name: data.draw(kind) for name, kind in about.items()}
    numerai = NumeraiOfBytes(
        lambda query, _: answer(**{name: one for name, one in told.items() if name in query})
    )

    references.fetch(bench, numerai)

    assert all(isinstance(fact.model, str) for fact in seen(bench))
