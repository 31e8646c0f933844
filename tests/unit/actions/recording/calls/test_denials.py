from nab.actions.recording.calls.denials import read

CALL = b'{"schema":2,"time":"2026-05-16T13:00:00.000Z","phase":"done","host":"a.example","denied":%s}'
FOLDED = (
    b'{"schema":2,"time":"2026-05-16T13:01:00.000Z","phase":"folded","since":"2026-05-16T13:00:00.000Z",'
    b'"until":"2026-05-16T13:01:00.000Z","rule":"port","host":"*","count":312,"request_bytes":0}'
)


def test_a_refused_call_is_one_denial():
    found = read(CALL % b'{"rule":"port","why":"port 22 is closed"}', 7)

    assert (found.rule, found.why, found.host, found.place, found.count) == (
        "port", "port 22 is closed", "a.example", 7, 1,
    )  # fmt: skip


def test_a_number_of_refusals_is_a_denial_of_that_many():
    found = read(FOLDED, 7)

    assert (found.rule, found.host, found.count) == ("port", "*", 312)


def test_calls_that_went_through_and_torn_lines_are_none():
    assert read(CALL % b"null", 0) is None
    assert read(FOLDED[:40], 0) is None
    assert read((CALL % b'{"rule":"port"')[:-3], 0) is None
