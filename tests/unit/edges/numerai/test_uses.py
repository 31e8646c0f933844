"""The table of uses says all that is really asked of Numerai."""

from __future__ import annotations

import inspect
import tempfile

import graphql
import pytest

from nab.core.contract import selections
from nab.core.windows.retries import Patience
from nab.edges.numerai.api import Numerai
from nab.edges.numerai.graphql import Connection, Unanswered
from nab.edges.numerai.uses import HARNESS, NUMERAPI, OTHERS, RELIANCE, USES
from nab.tournament.answers.operations import SCHEMA

HANDED = {str: "x", int: 8}


class Listening(Numerai):
    """Notes what is asked, and answers nothing."""

    def __init__(self):
        super().__init__("http://none.invalid", None, Patience(tries=1))
        self.heard = []

    def once(self, query, variables):
        self.heard.append((query, variables))
        raise Unanswered("nothing is asked")


def asked_of(query):
    """Yield every field that a query asks for, as a path, and every argument of its operation."""
    for definition in graphql.parse(query).definitions:
        for node in definition.selection_set.selections:
            name = selections.plain(node.name.value)
            yield from (
                (name, selections.plain(argument.name.value), "()") for argument in node.arguments or ()
            )
            yield from below(node, (name,))


def below(node, path):
    yield path
    for inner in node.selection_set.selections if node.selection_set else ():
        yield from below(inner, (*path, selections.plain(inner.name.value)))


def told_by(uses):
    found = set()
    for use in uses:
        name = selections.plain(use.root.partition(".")[2])
        found |= {(name,), *((name, selections.plain(one), "()") for one in use.arguments.split())}
        found |= {(name, *path) for path in paths(use.tree)}
    return found


def paths(tree, above=()):
    for key, inner in tree.items():
        path = (*above, selections.plain(selections.name(key)))
        yield path
        yield from paths(inner, path)


def test_everything_that_the_harness_asks_is_in_the_table():
    methods = {name for name, _ in inspect.getmembers(Numerai, inspect.isfunction)} - set(dir(Connection))
    heard = set()
    for name in methods:
        listening = Listening()
        kinds = [one for one in inspect.signature(getattr(Numerai, name)).parameters if one != "self"]
        handed = [["mmc"] if one == "metrics" else 8 if one in ("rounds", "number") else "x" for one in kinds]
        with pytest.raises(Unanswered):
            getattr(listening, name)(*handed)
        heard |= {path for query, _ in listening.heard for path in asked_of(query)}

    assert len(methods) >= 14
    assert heard - told_by(HARNESS) == set()


SLOTS = ("submission_upload_auth", "diagnosticsUploadAuth")
CALLS = {
    "list_datasets": (), "download_dataset": ("v5.3/x",), "get_current_round": (), "check_round_open": (),
    "check_new_round": (), "list_rounds": (), "get_competitions": (), "pipeline_status": (), "get_leaderboard": (),
    "get_account_leaderboard": (), "public_user_profile": ("a",), "stake_get": ("a",),
    "daily_model_performances": ("a",), "submission_scores": ("a",), "round_model_performances_v2": ("a",),
    "intra_round_scores": ("a",), "models_of_account": ("a",), "get_models": (), "modelid_to_modelname": ("a",),
    "submission_ids": ("a",), "get_submission_filenames": ("a", "b"), "diagnostics": ("a",),
    "download_submission": ("a",),
}  # fmt: skip


@pytest.mark.full  # numerapi takes a second to import
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_everything_that_the_methods_of_numerapi_ask_which_agents_may_call_is_in_the_table(monkeypatch):
    import numerapi

    class Stopped(Exception):
        pass

    heard = []

    def listen(query, *_, **__):
        heard.append(query)
        if "upload_auth" in query.lower() or "uploadauth" in query.lower():
            return {"data": {name: {"filename": "x", "url": "x"} for name in SLOTS}}
        raise Stopped

    api = numerapi.NumerAPI("a", "b", verbosity="critical", show_progress_bars=False)
    monkeypatch.setattr(api, "raw_query", listen)
    monkeypatch.setattr("requests.put", lambda *_, **__: None)
    with tempfile.NamedTemporaryFile() as file:
        uploads = {"upload_predictions": (file.name, "a"), "upload_diagnostics": (file.name, 8, "a")}
        for name, handed in {**CALLS, **uploads}.items():
            with pytest.raises(Stopped):
                getattr(api, name)(*handed)

    asked = {path for query in heard for path in asked_of(query)}
    assert len(heard) >= len(CALLS) + 4
    assert asked - told_by(NUMERAPI) == set()


def test_every_field_of_the_table_is_one_of_the_local_tournament_s():
    strangers = []
    for use in USES:
        kind, _, operation = use.root.partition(".")
        root = SCHEMA.query_type if kind == "Query" else SCHEMA.mutation_type
        known = {selections.plain(name): field for name, field in root.fields.items()}
        field = known.get(selections.plain(operation))
        strangers += [use.root] if field is None else [*unknown(use.tree, field.type, use.root)]
        if field is not None:
            arguments = {selections.plain(name) for name in field.args}
            strangers += [
                f"{use.root}({one})"
                for one in use.arguments.split()
                if selections.plain(one) not in arguments
            ]

    assert strangers == []


def unknown(tree, kind, where):
    fields = {
        selections.plain(name): field
        for name, field in getattr(graphql.get_named_type(kind), "fields", {}).items()
    }
    for key, inner in tree.items():
        field = fields.get(selections.plain(selections.name(key)))
        if field is None:
            yield f"{where}.{key}"
        else:
            yield from unknown(inner, field.type, f"{where}.{key}")


def test_what_no_field_of_breaks_somebody_by_name():
    assert all(OTHERS.values())
    assert RELIANCE.of("file:unheard-of.parquet") == OTHERS["file"]
    assert RELIANCE.of("unheard of") == ["nothing that is known of"]
