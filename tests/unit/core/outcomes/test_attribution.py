from datetime import timedelta

import pytest

from nab.core.facts import GapSeen, SubmissionSeen, UploadSeen
from nab.core.outcomes.attribution import Connection, Maker, Suspect, Upload, maker, makers
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, Log

SECOND = timedelta(seconds=1)
UPLOAD = Upload("s1", NOON, NOON + SECOND, port=4000)
WITHOUT_PORT = Upload("s1", NOON, NOON + SECOND)
SESSION = Suspect("session:work-2", NOON - 60 * SECOND)
LEFT = Suspect("leftover:b1-200-100", NOON - 90 * SECOND)
GONE = Suspect("leftover:b1-201-100", NOON - 90 * SECOND, NOON - 30 * SECOND)


def held(port, holder, seconds=0):
    return Connection(port, holder, NOON + seconds * SECOND, NOON + seconds * SECOND)


@pytest.mark.parametrize(
    ("upload", "there", "connections", "made"),
    [
        (UPLOAD, [SESSION, LEFT], [held(4000, LEFT.name), held(4001, SESSION.name)], Maker(LEFT.name, "port")),
        (UPLOAD, [SESSION], [held(4000, SESSION.name)], Maker(SESSION.name, "port")),
        (UPLOAD, [SESSION, GONE], [], Maker(SESSION.name, "alone")),
        (WITHOUT_PORT, [LEFT], [], Maker(LEFT.name, "alone")),
        (WITHOUT_PORT, [SESSION, LEFT], [held(1, LEFT.name)], Maker(LEFT.name, "connection")),
        (UPLOAD, [SESSION, LEFT], [held(1, LEFT.name)], Maker("unknown", "", (LEFT.name, SESSION.name))),
        (UPLOAD, [SESSION, LEFT], [held(4000, LEFT.name, -30)], Maker("unknown", "", (LEFT.name, SESSION.name))),
        (UPLOAD, [SESSION, LEFT], [held(4000, LEFT.name), held(4000, SESSION.name)],
         Maker("unknown", "", (LEFT.name, SESSION.name))),
        (UPLOAD, [GONE], [], Maker("unknown")),
    ],
    ids=[
        "its own connection", "its own connection, alone", "only a session was there", "only a leftover was there",
        "only one connection, and no port on record", "another connection", "a connection of long ago",
        "a connection that two hold", "nobody was there",
    ],
)  # fmt: skip
def test_an_upload_is_whose_the_evidence_says_and_nobodys_otherwise(upload, there, connections, made):
    assert maker(upload, there, connections) == made


def test_where_nobody_watched_being_the_only_one_proves_nothing():
    assert maker(UPLOAD, [SESSION], [], watched=False) == Maker("unknown", "", (SESSION.name,))
    assert maker(UPLOAD, [SESSION, LEFT], [held(4000, LEFT.name)], watched=False) == Maker(LEFT.name, "port")


def listed(log, name, at):
    fact = SubmissionSeen(submission=name, status="", selected=True, inserted_at=times.text(at))
    log.add(fact, entrant=WHO, round=1, run=RUN)


def test_what_numerai_lists_and_no_proxy_saw_was_made_outside_but_for_a_gap():
    log = Log()
    log.add(UploadSeen(submission="s1", by="scheduler"), entrant=WHO, round=1, run=RUN)
    log.add(UploadSeen(submission="s2"), entrant=WHO, round=1, run=RUN)
    gap = GapSeen(
        witness="proxy", began=times.text(NOON), ended=times.text(NOON + 30 * SECOND), reason="it had ended"
    )
    log.add(gap, entrant=WHO, run=RUN)
    for name, seconds in (("s1", 0), ("s3", 3600), ("s4", 10)):
        listed(log, name, NOON + seconds * SECOND)

    assert makers(log.events) == {"s1": "scheduler", "s2": "unknown", "s3": "outside", "s4": "unknown"}
