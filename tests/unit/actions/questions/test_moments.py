from nab.actions.questions import moments
from nab.core.agents.events import Message, ToolCall, ToolResult


def at(second):
    return f"2026-05-16T13:00:{second:02d}Z"


def where(session, second):
    return {"source": "t", "line": second, "at": at(second), "session": session}


def call(id, second, command, until, session="c"):
    yield ToolCall(call=id, name="exec", command=command, **where(session, second))
    yield ToolResult(call=id, text="", **where(session, until))


def printed(line, command, conversation="c", known=None):
    return {"session": "work-1", "source": "work-1/stdout", "line": line, "conversation": conversation, "at": known,
            "command": command, "until": None}  # fmt: skip


def said(line, text):
    return {
        "session": "work-1",
        "source": "work-1/stdout",
        "line": line,
        "conversation": "c",
        "at": None,
        "text": text,
    }


def test_calls_and_words_get_the_times_of_the_transcript_in_their_order_however_they_are_quoted():
    kept = [
        *call("a", 1, "python a.py", 5),
        Message(role="assistant", text="Once more.", **where("c", 7)),
        *call("b", 9, "python a.py", 20),
        *call("d", 30, "echo 'it is'", 31, session="another"),
    ]
    calls = [printed(1, "/bin/bash -lc 'python a.py'"), printed(3, '/bin/bash -lc "python a.py"')]
    words = [said(2, "Once more.")]

    moments.give(kept, calls, words)

    begins = moments.moment(at(0))
    assert [(one["at"] - begins, one["until"] - begins) for one in calls] == [(1, 5), (9, 20)]
    assert words[0]["at"] - begins == 7


def test_what_the_transcript_does_not_have_or_the_output_tells_keeps_what_it_has():
    kept = [*call("a", 1, "ls", 5)]
    calls = [
        printed(1, "bash -lc 'rm a'"),
        printed(2, "bash -lc ls", known=4.0),
        printed(3, "bash -lc ls", "other"),
    ]

    moments.give(kept, calls, [])

    assert [one["at"] for one in calls] == [None, 4.0, None]


def test_words_without_a_letter_and_times_that_are_none_match_nothing():
    kept = [ToolCall(call="a", name="exec", command="...", **(where("c", 1) | {"at": "yesterday"}))]
    calls = [printed(1, "...")]

    moments.give(kept, calls, [])

    assert calls[0]["at"] is None
