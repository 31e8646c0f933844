import json

import pytest

from nab.core.recording.engine_events import EngineEvent
from nab.core.text import times
from nab.edges.docker.engine_events import of_engine, seconds

# As Docker 20.10.24 writes them.
KILL = """{"status":"kill","id":"c1","from":"nab/base","Type":"container","Action":"kill","Actor":{"ID":"c1",
"Attributes":{"image":"nab/base","name":"nab-slot-a","nab.run":"r","signal":"9"}},"scope":"local","time":1796034184,
"timeNano":1796034184123456789}"""
DIE = """{"status":"die","id":"c1","from":"nab/base","Type":"container","Action":"die","Actor":{"ID":"c1","Attributes":
{"exitCode":"137","image":"nab/base"}},"scope":"local","time":1796034184,"timeNano":1796034184223456789}"""


def test_an_event_of_the_engine_is_kept_to_the_microsecond():
    assert of_engine(json.loads(KILL)) == EngineEvent(
        time="2026-11-30T10:23:04.123456Z", box="c1", what="kill", signal="9"
    )
    assert of_engine(json.loads(DIE)) == EngineEvent(
        time="2026-11-30T10:23:04.223456Z", box="c1", what="die", exit_code=137
    )


@pytest.mark.parametrize("event", [{}, {"Actor": None}, {"Actor": {"ID": "c1"}, "Action": "die"}, []])
def test_what_is_no_event_is_left_out(event):
    assert of_engine(event) is None


def test_an_instant_is_asked_for_to_the_microsecond():
    assert seconds(times.parse("2026-11-30T10:23:04.123456Z")) == "1796034184.123456"
