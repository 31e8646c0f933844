import pytest

from nab.actions.claims import registering
from nab.actions.health.doctor import doctor
from nab.core.claims.families import families
from nab.core.errors import USAGE, NabError
from nab.core.facts import EntrantEnrolled
from nab.core.health.checks import CheckVerdict
from nab.core.levels import Level
from support.statistics.claimed import CONTROL, Claimed, claimed
from support.statistics.claims_on_disk import bench_with

LATE = EntrantEnrolled(agent="gemini", level=Level.L3, model="m", model_id="id")


def before_the_season(*names):
    season = Claimed().enrol(*names)
    season.open(100)
    return season


def registered(bench):
    return families(bench.log.events())


def test_the_first_tick_that_sees_two_runs_of_a_level_registers_from_the_next_round_on(tmp_path, capsys):
    bench = bench_with(tmp_path, before_the_season())
    registering.note(bench)
    registering.note(bench)

    (one,) = registered(bench).values()
    assert (one.fact.family, one.fact.first, one.fact.control) == ("l3-101", 101, CONTROL)
    assert len(one.fact.commit) >= 40
    assert capsys.readouterr().out == "registered l3-101: rounds 101 to 360, 3 pairs of 3 runs at L3\n"


def test_it_registers_nothing_for_one_run_without_a_round_or_by_a_metric_without_verdicts(tmp_path):
    for name, season, settings in (
        ("one", before_the_season("codex-l3"), None),
        ("none", Claimed().enrol(), None),
        ("corr", before_the_season(), '[objective]\nmetric = "corr20"\n'),
    ):
        (tmp_path / name).mkdir()
        bench = bench_with(tmp_path / name, season, settings)
        registering.note(bench)
        assert registered(bench) == {}, name


def test_a_newcomer_is_registered_by_hand_and_named_until_then(tmp_path):
    season = before_the_season()
    bench = bench_with(tmp_path, season)
    registering.note(bench)
    bench.log.append(LATE, entrant="gemini-l3", run="run-of-gemini")
    registering.note(bench)
    check = doctor.claims(bench.config)
    assert (check.verdict, check.finding) == (CheckVerdict.WARN, "came later and in no family: run-of-gemini")

    (one,) = registering.by_hand(bench, None)
    assert (one.family, len(one.pairs)) == ("l3-101b", 3)
    assert doctor.claims(bench.config).finding == "every enrolled run is in a family"
    with pytest.raises(NabError) as raised:
        registering.by_hand(bench, None)
    assert raised.value.exit_code == USAGE
    assert "nobody to register" in raised.value.message


def test_a_season_whose_scores_exist_already_is_refused(tmp_path):
    season = Claimed().enrol().season(3)
    bench = bench_with(tmp_path, season)
    for first, early in ((101, 101), (102, 102), (1, 101)):
        with pytest.raises(NabError) as raised:
            registering.by_hand(bench, first)
        assert raised.value.exit_code == USAGE
        assert f"round {early} has scores of these runs already" in raised.value.message
        assert raised.value.hint == "the next round is 104: make register SEASON=104"
    assert registered(bench) == {}

    assert [one.family for one in registering.by_hand(bench, None)] == ["l3-104"]


def test_a_metric_without_verdicts_and_a_log_without_rounds_are_refused(tmp_path):
    for name, season, settings, words in (
        ("corr", claimed(1), '[objective]\nmetric = "corr20"\n', "intervals and no verdicts"),
        ("none", Claimed().enrol(), None, "no round is known yet"),
    ):
        (tmp_path / name).mkdir()
        bench = bench_with(tmp_path / name, season, settings)
        with pytest.raises(NabError, match=words) as raised:
            registering.by_hand(bench, None)
        assert raised.value.exit_code == USAGE


def test_the_version_registered_is_that_of_the_newest_score(tmp_path):
    season = Claimed().enrol()
    season.open(100)
    season.score(90, "codex-l3", version="v2")
    season.score(91, "codex-l3", version="v3")
    season.score(91, "codex-l3", metric="bmc", version="v9")
    bench = bench_with(tmp_path, season)
    registering.note(bench)

    assert registered(bench)["l3-101"].fact.version == "v3"


def test_the_doctor_names_who_is_due_and_who_is_alone(tmp_path):
    season = Claimed().enrol("codex-l3", "random-l3")
    lone = EntrantEnrolled(agent="codex", level=Level.L4, model="m4", model_id="id4")
    season.say(lone, entrant="codex-l4", run="run-of-l4")
    check = doctor.claims(bench_with(tmp_path, season).config)

    assert check.verdict is CheckVerdict.WARN
    assert check.finding.startswith("in no family yet: 2026-")
    assert check.finding.endswith("alone at a level and in no family: run-of-l4")
