from datetime import timedelta

import pytest

from nab.actions.reports import explanations
from nab.core.errors import NabError
from nab.core.facts import AttemptEnded, AttemptStarted, Cause, Poll, SubmissionSeen, Tick
from nab.core.outcomes.outcomes import settles
from nab.core.text import times
from nab.core.text.tables import plain
from nab.core.windows.duties import Reason
from nab.core.windows.rounds import Round
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, enrolled, round_seen
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path):
    """A bench whose entrant's script failed, and of which nothing was listed."""
    bench = bench_on(tmp_path)
    note = bench.log.append
    note(enrolled(), entrant=WHO, run=RUN, valid=NOON.replace(day=15))
    note(round_seen(), round=ROUND.number, valid=NOON)
    note(
        Tick(window="open", decisions={WHO: ("fire", Reason.NOTHING_LISTED.value)}),
        round=ROUND.number,
        valid=NOON,
    )
    note(AttemptStarted(container="c", script="ab" * 32), entrant=WHO, round=ROUND.number, valid=NOON)
    failed = AttemptEnded(
        exit_code=3, seconds=4, cause=Cause.AGENT, reason="submit.sh ended with exit code 3"
    )
    note(failed, entrant=WHO, round=ROUND.number, valid=NOON)
    for _ in range(3):
        note(Poll(ok=True), entrant=WHO, valid=settles(ROUND))
    return bench


def test_the_evidence_is_told_in_plain_words_and_what_decides_is_marked(bench):
    found = explanations.of_entrant(bench, 1269, WHO)
    said = plain(explanations.show_entrant(found))

    assert said.startswith(
        "round 1269, codex-l3: missed: submit.sh ended with exit code 3; whose doing: agent\n"
    )
    assert "a tick decided: fire, the window is open and nothing is listed yet" in said
    assert "submit.sh is fired (SHA-256 abababababab…)" in said
    deciding = [line.words for line in found.chain if line.decides]
    assert deciding == [
        "submit.sh ended with exit code 3 after 4 s; whose doing: agent",
        "asked after the close, Numerai answered",
    ]
    assert "asked after the close, Numerai answered (2 times, the first here)" in said


def test_a_correction_is_told_with_what_was_said_before(bench):
    seen = SubmissionSeen(submission="s1", status="on-time", selected=True, inserted_at=times.text(NOON))
    bench.log.append(seen, entrant=WHO, round=ROUND.number, valid=NOON)

    said = plain(explanations.show_entrant(explanations.of_entrant(bench, None, WHO)))

    assert said.startswith("round 1269, codex-l3: verified on-time (missed until ")
    assert "Numerai lists s1: on-time, uploaded at 2026-05-16T12:00:00.000Z, selected" in said


def test_a_round_is_told_with_every_entrants_outcome(bench):
    said = plain(explanations.show_round(explanations.of_round(bench, None)))

    assert said.startswith(f"round 1269: open from {times.text(NOON)} to {times.text(CLOSES)}")
    assert "codex-l3  missed   agent  submit.sh ended with exit code 3" in said


@pytest.mark.parametrize(
    ("number", "entrant", "words"),
    [
        (1, WHO, "no round 1 in the log"),
        (1269, "codex-l4", "no ENTRANT 'codex-l4' in round 1269"),
        (1269, "", "no ENTRANT '' in round 1269"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(bench, number, entrant, words):
    with pytest.raises(NabError, match=words):
        explanations.of_entrant(bench, number, entrant)


def test_an_entrant_that_came_later_has_no_row_and_is_told_why(bench):
    bench.log.append(enrolled("claude"), entrant="claude-l3", run="r")

    with pytest.raises(NabError, match="round 1269 had opened before claude-l3 was enrolled"):
        explanations.of_entrant(bench, 1269, "claude-l3")


SEEN = SubmissionSeen(submission="s1", status="on-time", selected=True, inserted_at=times.text(NOON))


def test_what_was_seen_of_an_entrant_in_a_round_that_was_not_owed_is_told_and_marked(bench):
    bench.log.append(enrolled("claude"), entrant="claude-l3", run="r")
    bench.log.append(SEEN, entrant="claude-l3", round=1269)

    found, of_round = explanations.of_entrant(bench, 1269, "claude-l3"), explanations.of_round(bench, 1269)
    said = plain(explanations.show_entrant(found)).splitlines()
    assert said[0] == "round 1269, claude-l3: verified on-time (not owed)"
    assert said[1].startswith("made by outside")
    assert explanations.UNOWED in said
    assert any("* " in line and "Numerai lists s1" in line for line in said)
    assert (found.outcome, found.owed) == ("verified on-time", False)
    assert "claude-l3  verified on-time (not owed)" in plain(explanations.show_round(of_round))
    assert {name: one.owed for name, one in of_round.entrants.items()} == {WHO: True, "claude-l3": False}


def test_a_round_whose_times_nobody_told_is_told_by_what_was_seen_in_it(bench):
    bench.log.append(SEEN, entrant="claude-l3", round=1200)

    said = plain(explanations.show_round(explanations.of_round(bench, 1200)))
    assert said.startswith("round 1200: Numerai has told no times\n")
    assert "claude-l3  verified on-time (not owed)" in said
    assert explanations.of_round(bench, None).round == 1269
    why = plain(explanations.show_entrant(explanations.of_entrant(bench, 1200, "claude-l3")))
    assert "Numerai lists s1" in why
    assert "a tick decided" not in why


def test_a_round_in_which_nobody_has_a_row_says_that_nothing_was_seen(bench):
    before = Round(1200, NOON - timedelta(days=90), CLOSES - timedelta(days=90))
    bench.log.append(round_seen(before), round=1200)

    assert "nothing of ours was seen in it" in plain(
        explanations.show_round(explanations.of_round(bench, 1200))
    )


def test_an_empty_log_says_what_to_do(tmp_path):
    with pytest.raises(NabError, match="no round is known yet"):
        explanations.of_round(bench_on(tmp_path), None)
