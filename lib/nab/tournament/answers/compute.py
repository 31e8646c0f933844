"""Uploading a pickled model. It is taken and listed; nothing here ever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from nab.tournament.answers import submissions
from nab.tournament.graphql.document import Refused
from nab.tournament.market.dataset import VERSION
from nab.tournament.market.field import model_id
from nab.tournament.play.blobs import Bucket, Denied
from nab.tournament.play.visit import Visit, at, text

KIND = "models"
PYTHONS = ("Python 3.10", "Python 3.11", "Python 3.12", "Python 3.13")


def upload_auth(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Answer `computePickleUploadAuth`."""
    if not (text(arguments, "filename") or "").endswith(".pkl"):
        raise Refused("Invalid file type. Only .pkl files are supported.")
    return submissions.upload_slot(visit, arguments, KIND)


def create(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `createComputePickleUpload`."""
    visit.require("upload_submission")
    model, name = visit.our_model(arguments), text(arguments, "filename") or ""
    offered = {"dataVersionId": data_versions, "dockerImageId": docker_images}
    for argument, choices in offered.items():
        asked = text(arguments, argument)
        if asked is not None and asked not in {choice["id"] for choice in choices(visit, {})}:
            raise Refused(f'Argument "{argument}" has invalid value {asked}.')
    try:
        visit.house.shelves.find(Bucket.UPLOADS, submissions.slot_key(visit, name, model, KIND))
    except Denied:
        raise Refused(f"FileNotFoundError {Bucket.UPLOADS}/{name}") from None
    return {"id": str(uuid4()), "filename": name, "modelId": model.id, "insertedAt": at(visit.now)}


def data_versions(visit: Visit, _arguments: Mapping[str, Any]) -> list[dict[str, str]]:
    """Answer `computePickleDataVersions`."""
    return named(visit, [VERSION])


def docker_images(visit: Visit, _arguments: Mapping[str, Any]) -> list[dict[str, str]]:
    """Answer `computePickleDockerImages`."""
    return named(visit, PYTHONS)


def named(visit: Visit, names: list[str] | tuple[str, ...]) -> list[dict[str, str]]:
    """Return choices with ids that stay the same."""
    visit.require(None)
    seed = visit.tournament.market.seed
    return [{"name": name, "id": model_id(seed, f"choice {name}")} for name in names]
