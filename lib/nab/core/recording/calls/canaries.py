"""Calls of our own, made beside a session to see what the record of calls sees: what they say of it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs

import msgspec

from nab.core.facts import CanarySeen, Channel
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call, Phase


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call in its box: whether it was answered, else what its client said last."""

    answered: int
    said: str = ""


def read(printed: bytes) -> dict[str, Answered] | str:
    """Read what the box of a canary printed: by channel, or in words why that is nothing."""
    try:
        found = msgspec.json.decode(printed.strip(), type=dict[str, Answered])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        said = printed.decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
        return f"its box said: {said[0][:200]}"
    return found or "there is no client in its box"


def recorded(found: Iterable[bytes], mark: str) -> dict[str, int]:
    """Count the calls with this mark that are on record as a whole, by channel."""
    counted: dict[str, int] = {}
    for line in found:
        if lines.OURS.matches(line) and (call := lines.decode(line, Call)) and is_whole(call):
            asked = parse_qs(call.query)
            if asked.get("canary") == [mark]:
                for channel in asked.get("channel", ()):
                    counted[channel] = counted.get(channel, 0) + 1
    return counted


def is_whole(call: Call) -> bool:
    """Say whether a line tells of a call to its end, answered as the proxy answers ours."""
    return call.phase == Phase.DONE and call.status == 200 and call.response_bytes > 0


def seen(session: str, mark: str, answers: dict[str, Answered] | str, counted: dict[str, int]) -> CanarySeen:
    """Say what was seen: of every channel one call was sent."""
    if isinstance(answers, str):
        return CanarySeen(session=session, mark=mark, failed=answers)
    channels = {
        name: Channel(sent=1, answered=min(1, one.answered), recorded=counted.get(name, 0), said=one.said)
        for name, one in answers.items()
    }
    return CanarySeen(session=session, mark=mark, channels=channels)


def sentence(fact: CanarySeen) -> str:
    """Say the result in a line."""
    if fact.cut:
        return f"calls of ours beside {fact.session}: cut short by the end of its box"
    whole = sum(one.answered >= one.sent and one.recorded >= one.answered for one in fact.channels.values())
    return (
        trouble(fact) or f"calls of ours beside {fact.session}: {whole} ways out, all answered and on record"
    )


def trouble(fact: CanarySeen) -> str:
    """Say what is not well: a way out that the record does not see, one without an answer, or no canary at all."""
    if fact.failed:
        return f"no calls of ours could be made beside {fact.session}: {fact.failed}"
    unseen = [name for name, one in fact.channels.items() if one.recorded < one.answered]
    silent = [name for name, one in fact.channels.items() if one.answered < one.sent]
    told = []
    if unseen:
        told.append(f"answered, but not on record: {', '.join(unseen)}")
    if silent:
        said = fact.channels[silent[0]].said
        told.append(f"not answered: {', '.join(silent)} ({said})")
    return f"calls of ours beside {fact.session}: {'; '.join(told)}" if told else ""
