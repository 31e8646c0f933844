"""What is published of our JSON is what its types say, and what is written is so."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from nab import cli
from nab.actions.reports import schemas
from nab.actions.upkeep.sync import lag
from nab.core.health import verdict
from nab.core.health.alarms import Alarm
from nab.core.health.checks import Check, CheckVerdict
from nab.core.text import times
from nab.core.upkeep.sync.lag import Last
from nab.edges import clock
from nab.edges.files import files
from support.records.json_schemas import faults
from support.repository.benches import REPOSITORY, bench_on

PUBLISHED = REPOSITORY / "docs/schemas"
MADE = {"status": schemas.of_status, "health": schemas.of_health, "claims": schemas.of_claims}
FORMATS = Path(__file__).parent / "formats"


@pytest.mark.parametrize("name", MADE)
def test_the_published_schema_is_the_one_of_the_types(name):
    kept = (PUBLISHED / f"{name}.json").read_text()

    assert kept == cli.as_json(MADE[name]()) + "\n", f"scripts/{name}.py --schema > docs/schemas/{name}.json"


def test_every_schema_is_published_and_no_other():
    assert {path.stem for path in PUBLISHED.iterdir()} == set(MADE)


@pytest.mark.parametrize("name", ["make_status.json", "make_status_before_all.json"])
def test_what_make_status_prints_is_as_its_schema_says(name):
    schema = schemas.of_status()

    assert faults(json.loads((FORMATS / name).read_text()), schema, schema["$defs"]) == []


def test_with_a_sync_it_is_too(tmp_path):
    bench = bench_on(tmp_path, '[sync]\nremote = "git@x:y.git"\n')
    waits = times.text(clock.now() - timedelta(minutes=5))
    files.replace_json(bench.paths.sync / "last.json", Last(remote="git@x:y.git", waiting_since=waits))
    defs = schemas.of_status()["$defs"]

    found = lag.shown(bench)

    assert "lag_seconds" in found
    assert faults(found, defs["Shown"], defs) == []


def test_the_health_file_is_as_its_schema_says():
    schema = schemas.of_health()
    check = Check("engine", CheckVerdict.FAIL, "no answer", "start it")

    found = verdict.health([check], [Alarm("tick", "late")], "12:00", {}, None)

    assert faults(json.loads(cli.as_json(found)), schema, schema["$defs"]) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"log_seq": "1"}, "$.log_seq is no integer"),
        ({"low": None}, "$.low is no string"),
        ({"more": 1}, "$.more is not in the schema"),
        ({"disks": [{"what": "state"}]}, "$.disks[0].place is missing"),
        ({"boxes": [{"name": 1}]}, "$.boxes[0].run is missing"),
    ],
)
def test_something_else_would_be_found(change, place):
    schema = schemas.of_status()
    value = json.loads((FORMATS / "make_status.json").read_text()) | change

    assert place in faults(value, schema, schema["$defs"])
