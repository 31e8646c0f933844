import json

import pytest

from nab import cli
from nab.actions.claims import answers, looking
from nab.actions.reports import schemas
from nab.core.errors import FAILED, USAGE, NabError
from nab.core.facts import Poll, ScoreSeen, SubmissionSeen, tag
from nab.core.facts.claims import ClaimLooked
from support.records.json_schemas import faults
from support.statistics.claimed import FIRST, claimed
from support.statistics.claims_on_disk import bench_with


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    made = bench_with(tmp_path_factory.mktemp("claims"), claimed(25))
    looking.look(made)
    return made


def registry(bench, upto=None):
    return answers.registry(bench, answers.derive(bench, upto))


def test_what_is_on_record_is_what_the_log_tells_and_missing_files_are_made_again(bench):
    (bench.paths.claims / "l3-101.1-v1.json").unlink()

    assert answers.differences(bench, answers.derive(bench)) == []
    assert (bench.paths.claims / "l3-101.1-v1.json").is_file()


def test_a_claim_that_was_edited_by_hand_is_named_and_stays_as_it_is(bench):
    path = bench.paths.claims / "l3-101.1-v1.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"supported"', b'"refuted"'))
    try:
        found = answers.differences(bench, answers.derive(bench))
        assert [one.id for one in found] == ["l3-101.1"]
        error = answers.complain(found)
        assert (error.exit_code, error.message.rpartition(": ")[2]) == (FAILED, "l3-101.1")
        assert b'"refuted"' in path.read_bytes()
    finally:
        path.write_bytes(content)


def late_registration(season):
    season.log.events.clear()
    season.enrol()
    season.score(FIRST, "codex-l3")
    season.register().season(25)


def nobody_asked(season):
    told = {tag(SubmissionSeen), tag(ScoreSeen)}
    season.log.events[:] = [
        one for one in season.events if one.kind != tag(Poll) and not (one.round == 103 and one.kind in told)
    ]


@pytest.mark.parametrize(
    ("spoilt", "ids"), [(late_registration, ["l3-101"]), (nobody_asked, ["l3-101.1", "l3-101.2", "l3-101.3"])]
)
def test_a_registration_after_its_look_and_a_cause_that_is_missing_each_fail_with_the_id(
    tmp_path, spoilt, ids
):
    season = claimed(25)
    spoilt(season)
    bench = bench_with(tmp_path, season)
    looking.look(bench)

    error = answers.complain(answers.differences(bench, answers.derive(bench)))
    assert (error.exit_code, error.message.rpartition(": ")[2]) == (FAILED, ", ".join(ids))


def test_the_registry_is_as_its_schema_says_and_carries_the_hash_of_its_last_event(bench):
    schema = schemas.of_claims()
    events = bench.log.events()
    looked = next(one for one in events if one.kind == tag(ClaimLooked))

    for upto in (None, looked.seq, 10):
        found = json.loads(cli.as_json(registry(bench, upto)))
        assert faults(found, schema, schema["$defs"]) == []
    assert registry(bench, 10).head == events[10].prev
    assert registry(bench).head == bench.log.read().chain.head.prev
    changed = found | {"claims": [{}], "seq": "x"}
    assert len(faults(changed, schema, schema["$defs"])) > 5


def test_a_file_of_a_version_is_as_the_schema_says(bench):
    defs = schemas.of_claims()["$defs"]
    told = json.loads((bench.paths.claims / "l3-101.1-v1.json").read_text())

    assert faults(told, defs["VersionTold"], defs) == []
    assert faults(told | {"late": ["x"]}, defs["VersionTold"], defs) == ["$.late[0] is no integer"]


def test_the_registry_of_an_earlier_day_knows_nothing_of_what_came_later(bench):
    early = registry(bench, 60)

    assert {one.verdict for one in early.claims} == {"not yet"}
    assert {one.verdict for one in registry(bench).claims} == {"supported", "not yet"}
    for wrong in (0, 10**6):
        with pytest.raises(NabError) as raised:
            registry(bench, wrong)
        assert raised.value.exit_code == USAGE


def test_a_claim_that_there_is_not_is_refused_with_those_that_there_are(bench):
    for wrong in ("l9-1.1", ""):
        with pytest.raises(NabError) as raised:
            answers.explain(bench, wrong)
        assert raised.value.exit_code == USAGE
        assert raised.value.hint == "claims: l3-101.1, l3-101.2, l3-101.3"


@pytest.mark.full
def test_a_claim_is_explained_as_of_any_day(bench):
    assert "Nothing can be said yet." in answers.explain(bench, "l3-101.1", 60)
    assert "It is supported" in answers.explain(bench, "l3-101.1")
