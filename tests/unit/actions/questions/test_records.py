import gzip
import json

from nab.actions.questions import records
from nab.paths import RunPaths


def test_what_a_program_wrote_no_time_for_stays_in_its_order():
    rows = [
        {"session": "s", "source": "s/stdout", "line": 2, "at": None},
        {"session": "s", "source": "s/stdout", "line": 1, "at": None},
        {"session": "s", "source": "s/stdout", "line": 3, "at": 500.0},
        {"session": "s", "source": "s/stdout", "line": 4, "at": None},
    ]

    records.give_times(rows, {"s": 100.0}, 0.0)

    assert [round(row["at"]) for row in rows] == [100, 100, 500, 500]
    assert rows[1]["at"] < rows[0]["at"] < rows[2]["at"] < rows[3]["at"]


def test_waiting_for_a_turn_and_for_a_provider_are_intervals():
    turns = [
        {"kind": kind, "at": at}
        for kind, at in (("turn.began", 1), ("turn.ended", 5), ("turn.began", 9), ("turn.ended", 12))
    ]
    sessions = [
        {"began": 1, "ended": 4, "ending": "rate_limit"},
        {"began": 9, "ended": 12, "ending": "done"},
        {"began": 13, "ended": 14, "ending": "usage_limit"},
    ]

    assert [*records.paused(turns, 20)] == [(5, 9), (12, 20)]
    assert [*records.quota(sessions, 20)] == [(4, 9), (14, 20)]


def test_a_control_works_all_the_time_and_an_agent_in_its_sessions():
    sessions = [{"began": 1, "ended": 4}, {"began": 9, "ended": None}, {"began": None, "ended": None}]

    assert records.awake([], 0, 20, control=True) == ((0, 20),)
    assert records.awake([], 0, 20, control=False) == ()
    assert records.awake(sessions, 0, 20, control=False) == ((1, 4), (9, 20))


def test_a_page_that_is_not_there_or_damaged_has_no_text(tmp_path):
    paths, name = RunPaths(tmp_path), "ab" * 32
    place = paths.pages / "ab" / f"{name}.gz"

    assert records.page(paths, name) == records.page(paths, None) == ""
    place.parent.mkdir(parents=True)
    place.write_bytes(gzip.compress(b"numerai_corr"))
    assert records.page(paths, name) == "numerai_corr"
    place.write_bytes(gzip.compress(b"numerai_corr" * 99)[:-9])
    assert records.page(paths, name) == ""


def test_diagnoses_keep_null_as_null_and_what_is_no_json_as_nothing():
    rows = [
        {
            "id": "event 1",
            "at": 1.0,
            "sha256": "",
            "metrics": json.dumps({"validationMmcMean": None}),
            "answer": "a",
        },
        {"id": "event 2", "at": 2.0, "sha256": "", "metrics": "[]", "answer": None},
        {"id": "event 3", "at": None, "sha256": "", "metrics": "{}", "answer": None},
    ]
    eras = [{"answer": "a", "era": "0857", "metric": "validationCorr", "value": 0.02}]

    first, second = records.of_diagnoses(rows, eras)

    assert first.metrics == {"validationMmcMean": None}
    assert first.eras == {"validationCorr": {"0857": 0.02}}
    assert second.metrics == {}
    assert records.names('["rounds"]') == ("rounds",) and records.names("no") == ()


def test_what_the_watcher_writes_is_no_change_of_the_agents(tmp_path):
    rows = [
        {"commit": "c" * 40, "at": 1.0, "path": path, "blob": None}
        for path in (".nab/left-out.jsonl", "a.bin")
    ]

    assert [one.id for one in records.of_history(RunPaths(tmp_path), rows)] == ["cccccccccccc:a.bin"]
