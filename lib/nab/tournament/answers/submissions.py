"""Uploading predictions, and what was uploaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from nab.core.text import times
from nab.tournament.answers import rounds
from nab.tournament.answers.listing import listed
from nab.tournament.graphql.document import Refused
from nab.tournament.play import account, uploads
from nab.tournament.play.account import Model
from nab.tournament.play.blobs import Bucket, Denied
from nab.tournament.play.ledger import Slot
from nab.tournament.play.uploads import Origin, Submission, Upload
from nab.tournament.play.visit import Visit, at, count, text
from nab.tournament.scoring import prediction_file
from nab.tournament.scoring.prediction_file import Invalid

SUBMISSIONS = "submissions"
LATEST_ROUNDS = 60


def upload_slot(visit: Visit, arguments: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Hand out a unique file name and a link to put the file to."""
    visit.require("upload_submission")
    model = visit.our_model(arguments)
    asked = PurePosixPath(re.sub(r"[^A-Za-z0-9._-]", "_", text(arguments, "filename") or ""))
    name = f"{asked.stem[:80] or 'predictions'}-{account.word(12)}{asked.suffix.lower()[:12]}"
    visit.tournament.ledger.hand_out(name, Slot(model.id, kind), visit.now)
    url = visit.house.links.link(visit.host, Bucket.UPLOADS, f"{kind}/{name}", verb="PUT", now=visit.now)
    return {"filename": name, "url": url}


def upload_auth(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Answer `submissionUploadAuth`."""
    return upload_slot(visit, arguments, SUBMISSIONS)


def create(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `createSubmission`: the file is validated now, and the answer says what is wrong with it."""
    visit.require("upload_submission")
    tournament, model = visit.tournament, visit.our_model(arguments)
    name = text(arguments, "filename") or ""
    newest = tournament.schedule.newest(visit.now)
    taken = (newest,) if visit.house.refuses_stale_ids else (newest, newest - 1)
    universes = [tournament.live(n) for n in taken if n >= tournament.first]
    try:
        path = visit.house.shelves.find(Bucket.UPLOADS, slot_key(visit, name, model, SUBMISSIONS))
        values, ids_of = prediction_file.by_stock(prediction_file.read(path, name), universes)
    except Denied:
        raise Refused(f"FileNotFoundError {Bucket.UPLOADS}/{name}") from None
    except Invalid as error:
        tournament.say(f"round {newest}: {model.name} uploaded {name}, refused: {error}")
        raise Refused(str(error)) from None
    origin = Origin(text(arguments, "source"), text(arguments, "triggerId"), visit.address)
    upload = Upload(str(uuid4()), model.id, name, times.parse(times.text(visit.now)), newest, origin)
    tournament.accept(upload, values)
    now = next(iter(uploads.submissions(upload, tournament.schedule, visit.now)))
    stale = (
        "" if ids_of.number == newest else f", with the ids of round {ids_of.number}: its live file is stale"
    )
    tournament.say(f"round {newest}: {model.name} uploaded {name}, {now.standing}{stale}")
    return submission_answer(visit, now, chosen=True)


def slot_key(visit: Visit, name: str, model: Model, kind: str) -> str:
    """Return the key of a file name that was handed out to this model for this purpose."""
    if visit.tournament.ledger.slot(name) != Slot(model.id, kind):
        raise Refused(f"FileNotFoundError {Bucket.UPLOADS}/{name}")
    return f"{kind}/{name}"


def submissions(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `submissions`."""
    visit.require("read_submission_info")
    return of_model(visit, visit.our_model(arguments))


def of_model(visit: Visit, model: Model) -> list[dict[str, Any]]:
    """Return a model's submissions, newest first."""
    existing = listed(visit, visit.tournament.submissions_of(model.id, visit.now))
    chosen = {submission.id for submission in uploads.selected(existing).values()}
    return [submission_answer(visit, one, chosen=one.id in chosen) for one in reversed(existing)]


def submission_answer(visit: Visit, submission: Submission, *, chosen: bool) -> dict[str, Any]:
    """Return a V2Submission."""
    upload = submission.upload
    return {
        "id": submission.id,
        "filename": upload.filename,
        "insertedAt": at(upload.inserted_at),
        "status": submission.standing,
        "selected": chosen,
        "errorInfo": None,
        "triggerId": upload.origin.trigger,
        "sourcePlatform": upload.origin.source,
        "sourceIp": upload.origin.address,
        "submissionIp": upload.origin.address,
        "modelId": upload.model,
        "round": lambda _: rounds.round_answer(visit, submission.round),
    }


def latest(visit: Visit, model: Model, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row per round, newest first, also for rounds without a submission."""
    asked = count(arguments, "latestNRounds") or LATEST_ROUNDS
    chosen = uploads.selected(listed(visit, visit.tournament.submissions_of(model.id, visit.now)))
    newest = visit.rounds.stop - 1
    upcoming = [newest + 1] if (model.id, newest + 1) in chosen else []
    past = [*reversed(visit.rounds)][:asked]
    return [latest_row(visit, number, chosen.get((model.id, number))) for number in (*upcoming, *past)]


def latest_row(visit: Visit, number: int, submission: Submission | None) -> dict[str, Any]:
    """Return a LatestSubmission."""
    times = visit.tournament.schedule.times(number)
    return {
        "id": submission.id if submission else None,
        "roundId": rounds.round_id(visit, number),
        "roundNumber": number,
        "roundOpen": times.opens.date().isoformat(),
        "roundClose": times.closes.date().isoformat(),
        "roundCloseStaking": times.closes_on_time.date().isoformat(),
        "status": submission.standing if submission else "none",
        "filename": submission.upload.filename if submission else None,
        "timestamp": at(submission.upload.inserted_at) if submission else None,
    }


def download_auth(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Answer `submissionDownloadAuth`."""
    visit.require("download_submission")
    for upload in visit.tournament.ledger.find(text(arguments, "id") or ""):
        key = f"{SUBMISSIONS}/{upload.filename}"
        url = visit.house.links.link(visit.host, Bucket.UPLOADS, key, verb="GET", now=visit.now)
        return {"filename": upload.filename, "url": url}
    raise Refused("Submission not found")
