"""Whether Numerai failed an agent that submits by itself, by the calls that it made in a window."""

from __future__ import annotations

from collections.abc import Iterable

from nab.core.facts import TroubleSeen
from nab.core.recording.calls.lines import Call, Phase
from nab.core.text import times
from nab.core.windows import attempts
from nab.core.windows.rounds import Round

UPLOADING = {"submissionuploadauth", "createsubmission"}
PUT = "PUT"


def trouble(calls: Iterable[Call], window: Round) -> TroubleSeen | None:
    """Return it, if it may have kept a submission from coming: an upload failed, or half of all calls."""
    ours = [
        call
        for call in calls
        if call.phase == Phase.DONE
        and call.category.startswith(attempts.NUMERAI)
        and call.denied is None
        and in_window(call.time, window)
    ]
    failed = [(call, said) for call in ours if (said := attempts.failed(call))]
    if not failed:
        return None
    hindering = [said for call, said in failed if uploads(call)]
    if not hindering and 2 * len(failed) < len(ours):
        return None
    return TroubleSeen(calls=len(ours), failed=len(failed), example=(hindering or [failed[-1][1]])[-1])


def in_window(written: str, window: Round) -> bool:
    """Say whether an instant lies in the window."""
    return bool(written) and window.opens <= times.parse(written) < window.closes


def uploads(call: Call) -> bool:
    """Say whether a call is a part of putting predictions in."""
    fields = call.graphql.fields if call.graphql else ()
    return call.method == PUT or any(field.replace("_", "").lower() in UPLOADING for field in fields)
