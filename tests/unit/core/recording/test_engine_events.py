from nab.core.recording.engine_events import EngineEvent, death, life

STARTED = "2026-05-16T12:00:00.000100Z"


def event(what, second, box="c1", **more):
    return EngineEvent(time=f"2026-05-16T12:00:{second:09.6f}Z", box=box, what=what, **more)


def test_one_start_of_a_box_ends_where_the_next_begins():
    own = [event("start", 0.2), event("kill", 5, signal="15"), event("die", 6, exit_code=143)]
    later = [event("start", 30), event("kill", 40, signal="9"), event("die", 41, exit_code=137)]

    assert life([*later, *own], "c1", STARTED) == tuple(own)
    assert life([*later, *own], "c1", "2026-05-16T12:00:29.9Z") == tuple(later)


def test_what_started_it_anew_belongs_to_the_end_before():
    own = [
        event("start", 0.2),
        event("kill", 5, signal="15"),
        event("die", 6, exit_code=143),
        event("stop", 6.1),
    ]
    again = [event("start", 6.2), event("restart", 6.3), event("die", 9, exit_code=0)]

    assert [one.what for one in life([*own, *again], "c1", STARTED)] == [
        "start",
        "kill",
        "die",
        "stop",
        "restart",
    ]


def test_other_boxes_earlier_starts_and_what_was_told_twice_are_left_out():
    own = [event("start", 0.2), event("die", 6, exit_code=1)]
    before = EngineEvent(time="2026-05-16T11:59:59.9Z", box="c1", what="kill", signal="9")

    assert life([before, *own, *own, event("kill", 5, box="c2", signal="9")], "c1", STARTED) == tuple(own)


def test_events_of_one_instant_follow_each_other_as_they_happen():
    own = life([event("die", 5, exit_code=137), event("kill", 5, signal="9")], "c1", STARTED)

    assert [one.what for one in own] == ["kill", "die"]
    assert death(own).exit_code == 137
    assert death([]) is None


def test_an_event_is_said_on_one_line():
    assert event("kill", 5, signal="9").text == "2026-05-16T12:00:05.000000Z kill SIGKILL"
    assert event("die", 5, exit_code=137).text == "2026-05-16T12:00:05.000000Z die exit code 137"
    assert event("kill", 5, signal="37").text == "2026-05-16T12:00:05.000000Z kill 37"
