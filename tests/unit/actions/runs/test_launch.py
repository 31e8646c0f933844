"""Who may be launched: what nab.toml says of an entrant, and what the log says of its model."""

import pytest
from msgspec import structs

from nab.actions.runs import launch
from nab.core.errors import NabError
from nab.core.facts import RunEnded
from nab.core.facts.base import Cause, RunEnding
from nab.core.text.names import Choice
from support.records.logs import enrolled, intended
from support.repository.benches import bench_on, config_on

SETTINGS = """
[models]
kind = "scripted"
[[entrants]]
agent = "codex"
level = "L3"
model = "nab_codex"
[[entrants]]
agent = "codex"
level = "L3"
replica = "b"
model = "nab_codex_b"
llm_model = "gpt-7"
[[entrants]]
agent = "baseline"
level = "L3"
model = "nab_baseline"
seed = 7
"""
ENTRANT = '[[entrants]]\nagent = "{}"\nlevel = "L3"\nmodel = "m"\n{}\n'
OLD_RUN = "2026-05-15T090000Z-codex-l3"
OVER = RunEnded(ending=RunEnding.FAILED, cause=Cause.HARNESS, reason="no box")


@pytest.mark.parametrize(
    "choice", [Choice("codex", "L3"), Choice("codex", "L3", "b"), Choice("baseline", "L3")]
)
def test_an_entrant_is_chosen_by_agent_level_and_replica(tmp_path, choice):
    assert launch.chosen(config_on(tmp_path, SETTINGS), choice).choice == choice


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice("codex", "L3", "c"), "no entrant codex-l3-c"),
        (Choice("codex", "L3", "C"), "'C' is not a valid name for a replica"),
        (Choice("codex", "", "b"), "no LEVEL given"),
    ],
)
def test_a_replica_that_is_not_there_is_one_sentence(tmp_path, choice, said):
    with pytest.raises(NabError, match=said) as raised:
        launch.chosen(config_on(tmp_path, SETTINGS), choice)

    assert (raised.value.exit_code, bool(raised.value.hint)) == (2, True)


@pytest.mark.parametrize(
    ("agent", "setting", "said"),
    [
        ("random", 'llm_model = "gpt-7"', "random-l3 is a program of ours and has no llm_model"),
        ("codex", "seed = 1", "codex knows no seed, and codex-l3 has one"),
        ("example", "seed = 1", "example knows no seed"),
    ],
)
def test_a_setting_that_an_agent_can_do_nothing_with_is_refused(tmp_path, agent, setting, said):
    config = config_on(tmp_path, f'[models]\nkind = "scripted"\n{ENTRANT.format(agent, setting)}')

    with pytest.raises(NabError, match=said) as raised:
        launch.chosen(config, Choice(agent, "L3"))

    assert (raised.value.exit_code, raised.value.hint) == (2, "leave it out")


def refused(bench, name, model_id="id-of-codex"):
    launch.refuse_anothers_model(bench, bench.config.entrant(name), model_id)


@pytest.mark.parametrize("enrols", [False, True], ids=["its run goes on", "it is enrolled"])
def test_a_model_that_another_entrant_submits_to_is_refused(tmp_path, enrols):
    bench = bench_on(tmp_path, SETTINGS)
    bench.log.append(intended(), entrant="codex-l3", run=OLD_RUN)
    if enrols:
        bench.log.append(enrolled(), entrant="codex-l3", run=OLD_RUN)
        bench.log.append(OVER, entrant="codex-l3", run=OLD_RUN)

    with pytest.raises(NabError, match="codex-l3 submits to the model nab_codex_b") as raised:
        refused(bench, "codex-l3-b")

    assert raised.value.exit_code == 2
    refused(bench, "codex-l3")
    refused(bench, "codex-l3-b", "another-id")


def test_a_model_whose_only_run_failed_before_it_was_enrolled_is_free(tmp_path):
    bench = bench_on(tmp_path, SETTINGS)
    bench.log.append(intended(), entrant="codex-l3", run=OLD_RUN)
    bench.log.append(OVER, entrant="codex-l3", run=OLD_RUN)

    refused(bench, "codex-l3-b")


def test_a_model_that_its_entrant_gave_up_for_another_is_free(tmp_path):
    bench = bench_on(tmp_path, SETTINGS)
    bench.log.append(enrolled(), entrant="codex-l3", run=OLD_RUN)
    newer = structs.replace(enrolled(), model="other", model_id="other-id")
    bench.log.append(newer, entrant="codex-l3", run=OLD_RUN.replace("15T", "16T"))

    refused(bench, "codex-l3-b")


class Account:
    """A Numerai account with one model."""

    def models(self):
        return {"nab_codex": "m-1"}


@pytest.mark.parametrize(("kind", "is_given"), [("local", True), ("live", False)])
def test_a_newcomer_is_given_a_model_by_a_local_tournament_and_by_no_other(
    tmp_path, monkeypatch, kind, is_given
):
    bench = bench_on(tmp_path, SETTINGS + f'[tournament]\nkind = "{kind}"\n')
    codex, newcomer, _ = bench.config.settings.entrants
    asked = []
    monkeypatch.setattr(launch.api, "connect", lambda config: Account())
    monkeypatch.setattr(launch.remote, "give_model", lambda root, name: asked.append((root, name)) or "m-2")

    assert launch.account_models(bench, codex) == {"nab_codex": "m-1"}
    if is_given:
        assert launch.account_models(bench, newcomer)["nab_codex_b"] == "m-2"
        assert asked == [(bench.paths.tournament, "nab_codex_b")]
        return
    with pytest.raises(NabError, match="has no model nab_codex_b"):
        launch.account_models(bench, newcomer)
    assert asked == []


def test_where_no_tournament_runs_on_this_state_the_missing_model_is_told(tmp_path, monkeypatch):
    bench = bench_on(tmp_path, SETTINGS)
    monkeypatch.setattr(launch.api, "connect", lambda config: Account())

    with pytest.raises(NabError, match="has no model nab_codex_b") as raised:
        launch.account_models(bench, bench.config.settings.entrants[1])
    assert raised.value.hint == "its models: nab_codex"
