import msgspec
import pytest

from nab.actions.contract import comparison
from nab.config import load
from nab.core.contract.contract import Contract
from nab.core.contract.differences import Difference
from nab.core.contract.result import Result
from nab.core.contract.selections import by_root, labels
from nab.core.errors import FAILED, NabError
from nab.edges.numerai.uses import OTHERS, USES
from nab.tournament.answers.operations import SCHEMA
from nab.tournament.play.rates import LIMITS

ELSEWHERE = {"between two rounds", "enum", "calendar", "window", "version", "old version", "file", "rate"}
LINKS = {"address of a dataset file", "address of an upload"}


def test_what_is_on_record_is_what_the_local_tournament_declares():
    here = comparison.expected()
    fields = {**SCHEMA.query_type.fields, **SCHEMA.mutation_type.fields}
    told = {
        label: field.declared
        for label, field in here.fields.items()
        if label.partition(".")[0] in ("Query", "Mutation")
    }

    assert told == {label: str(fields[label.partition(".")[2]].type) for label in told}
    for label, field in here.fields.items():
        name, _, inner = label.partition(".")
        if label not in told:
            assert field.declared == str(SCHEMA.get_type(name).fields[inner].type), label
    assert set(here.limits) == set(LIMITS)


def test_everything_that_anybody_uses_is_on_record_and_so_is_how_things_are_refused():
    here = comparison.expected()
    used = {one for root, tree in by_root(USES).items() for one in labels(root, tree, here.types)}

    assert used - set(here.fields) == set()
    assert not [label for label, field in here.fields.items() if field.gone]
    named = {name for name in OTHERS if ":" not in name} - ELSEWHERE - LINKS
    assert named == set(here.forms)
    assert set(here.links) == LINKS


def test_where_nobody_answers_that_is_said_and_the_last_result_stays(tmp_path):
    (tmp_path / "nab.toml").write_text("[tournament]\nlocal_port = 1024\n")
    config = load(tmp_path / "nab.toml", tmp_path / "state")

    with pytest.raises(NabError, match=r"127\.0\.0\.1:1024 does not answer") as raised:
        comparison.look(config, None)

    assert raised.value.exit_code == FAILED
    assert not config.paths.contract.exists()


def test_a_file_that_is_not_there_or_no_contract_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "odd.json").write_text("[]")

    with pytest.raises(NabError, match="cannot be read"):
        comparison.saved(tmp_path / "none.json")
    with pytest.raises(NabError, match="is no saved contract"):
        comparison.saved(tmp_path / "odd.json")
    with pytest.raises(NabError, match="there is no folder"):
        comparison.save(Contract(), tmp_path / "none" / "x.json")


def test_a_result_is_shown_as_a_table_with_what_each_difference_breaks_and_cannot_drive_a_terminal():
    one = Difference(
        "Round.openTime", "is gone", "Time", "perhaps \x1b[31mopensAt now", ["the watcher", "numerapi"]
    )
    told = {"api": "https://api.example", "at": "2026-11-30T18:00:00Z", "against": "the local tournament"}
    shown = comparison.show(Result(**told, differences=[one], not_compared=["no key"]))

    assert shown == "\n".join(
        [
            "https://api.example against the local tournament: 1 difference (public questions only)",
            "",
            "   where           what     expected  found",
            "1  Round.openTime  is gone  Time      perhaps \\x1b[31mopensAt now",
            "",
            "what each would break",
            "  1. Round.openTime",
            "     - the watcher",
            "     - numerapi",
            "",
            "not compared",
            "     no key",
        ]
    )
    assert msgspec.json.decode(msgspec.json.encode(one), type=Difference) == one
