"""Diagnostics of a file of validation predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from nab.tournament.answers import submissions
from nab.tournament.graphql.document import Refused
from nab.tournament.play.blobs import Bucket, Denied
from nab.tournament.play.visit import Visit, at, text
from nab.tournament.scoring import diagnostics
from nab.tournament.scoring.diagnostics import Job

KIND = "diagnostics"


def upload_auth(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Answer `diagnosticsUploadAuth`."""
    return submissions.upload_slot(visit, arguments, KIND)


def create(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `createDiagnostics`: the job waits its turn."""
    visit.require("upload_submission")
    model, name = visit.our_model(arguments), text(arguments, "filename") or ""
    key = submissions.slot_key(visit, name, model, KIND)
    try:
        visit.house.shelves.find(Bucket.UPLOADS, key)
    except Denied:
        raise Refused(f"FileNotFoundError {Bucket.UPLOADS}/{name}") from None
    job = Job(str(uuid4()), model.id, name, visit.now, visit.now)
    visit.tournament.diagnostics.put(job)
    return answer(job)


def diagnostics_of_model(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `diagnostics`, newest first."""
    visit.require("read_submission_info")
    model = visit.our_model(arguments)
    return [answer(job) for job in visit.tournament.diagnostics.of(model.id, text(arguments, "id"))]


def answer(job: Job) -> dict[str, Any]:
    """Return a V2Diagnostics. MMC is never part of it."""
    return {
        "id": job.id,
        "filename": job.filename,
        "insertedAt": at(job.inserted_at),
        "updatedAt": at(job.updated_at),
        "status": job.progress,
        "message": job.message,
        "trainedOnVal": False,
        "perEraDiagnostics": list(job.eras),
        **diagnostics.summary(job),
    }
