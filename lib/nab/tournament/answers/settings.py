"""What an account says about its models, and new models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nab.tournament.answers import identity
from nab.tournament.graphql.document import Refused
from nab.tournament.market.field import model_id
from nab.tournament.play import changes as alterations
from nab.tournament.play.account import MODEL_NAME, Model
from nab.tournament.play.visit import TOURNAMENT, Visit, text

SCOPE = "write_user_info"


def set_bio(visit: Visit, arguments: Mapping[str, Any]) -> bool:
    """Answer `setUserBio`."""
    return keep(visit, arguments, bio=text(arguments, "value"))


def set_link(visit: Visit, arguments: Mapping[str, Any]) -> bool:
    """Answer `setUserLink`."""
    return keep(visit, arguments, link_text=text(arguments, "linkText"), link_url=text(arguments, "linkUrl"))


def set_webhook(visit: Visit, arguments: Mapping[str, Any]) -> str:
    """Answer `setSubmissionWebhook`. It is remembered and never called; Numerai answers with a word."""
    keep(visit, arguments, webhook=text(arguments, "newSubmissionWebhook"))
    return "true"


def keep(visit: Visit, arguments: Mapping[str, Any], **changes: str | None) -> bool:
    """Remember what is said about a model."""
    visit.require(SCOPE)
    alterations.describe(visit.tournament, visit.our_model(arguments), changes)
    return True


def add_model(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `addModel`."""
    visit.require(SCOPE)
    tournament, name = visit.tournament, text(arguments, "name") or ""
    if arguments.get("tournament") != TOURNAMENT:
        raise Refused("Only tournament 8 is served here")
    if not MODEL_NAME.fullmatch(name):
        raise Refused("Model name may contain a-z, 0-9 and _ only, at most 40 characters")
    with tournament.lock:
        if name in tournament.model_names.values():
            raise Refused("Model name has already been taken")
        added = Model(model_id(tournament.market.seed, name), name)
        alterations.add_model(tournament, added)
    return identity.model_answer(visit, added)
