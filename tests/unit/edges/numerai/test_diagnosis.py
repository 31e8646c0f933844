import re
from importlib.util import find_spec
from pathlib import Path

from nab.edges.numerai import diagnosis
from nab.tournament.answers.operations import SCHEMA


def of_numerapi() -> set[str]:
    """The fields of a diagnosis that the numerapi at hand asks for; read, for importing it takes seconds."""
    package = find_spec("numerapi")
    source = Path(package.submodule_search_locations[0], "base_api.py").read_text()
    _, _, rest = source.partition("diagnostics(id: $id")
    return set(re.findall(r"^ +(\w+)$", rest.partition('"""')[0], re.MULTILINE)) - {"modelId"}


def test_everything_is_asked_for_that_numerapi_asks_for():
    asked = set(re.findall(r"\w+", diagnosis.question(set())))

    assert len(of_numerapi()) > 70
    assert of_numerapi() - asked == set()


def test_a_field_that_numerai_gave_up_is_left_out_of_the_question_and_nothing_else():
    before, after = (
        re.findall(r"\w+", diagnosis.question(gone)) for gone in (set(), {"validationApy", "validationMmc"})
    )

    assert set(before) - set(after) == {"validationApy", "validationMmc"}


def test_the_local_tournament_knows_every_field():
    fields = SCHEMA.type_map["V2Diagnostics"].fields
    per_era = SCHEMA.type_map["EraDiagnostics"].fields

    assert {*diagnosis.ABOUT.split(), *diagnosis.AGGREGATES.split()} <= set(fields)
    assert set(diagnosis.PER_ERA.split()) == set(per_era) - {"era"}


def test_a_refusal_names_the_field_that_there_is_not():
    assert (
        diagnosis.unknown_field('Cannot query field "validationApy" on type "V2Diagnostics".')
        == "validationApy"
    )
    assert diagnosis.unknown_field("Insufficient permission for read_submission_info") == ""
