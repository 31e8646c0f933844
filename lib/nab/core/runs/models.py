"""Whose a Numerai model is, and since when: by the runs that had it, whether they were ever enrolled or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nab.core.facts import EntrantEnrolled, RunIntended, SubmissionSeen, UploadSeen, tags
from nab.core.log.events import Event

OF_INTEREST = tags(RunIntended, EntrantEnrolled, UploadSeen, SubmissionSeen)


@dataclass(frozen=True)
class Model:
    """A model by Numerai's id and by its name."""

    id: str
    name: str


@dataclass
class Models:
    """Every model that a run of an entrant had, by entrant; the one that it has now is the last.

    `holders` are, by the model's id, those who had it in turn, each after the instant since when. `owners` are, by
    submission, those who are known to have made it.
    """

    of: dict[str, list[Model]] = field(default_factory=dict)
    holders: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    @property
    def since(self) -> str:
        """Since when there is one; empty where there is none."""
        return min(self.since_of.values(), default="")

    @property
    def since_of(self) -> dict[str, str]:
        """Since when each entrant has had one."""
        began = sorted((at for found in self.holders.values() for at in found), reverse=True)
        return {who: at for at, who in began}

    def owner(self, model: str, submission: str, at: str) -> str:
        """Say whose a submission of a model is: whoever made it, else who had the model when it was put in.

        What is older than all who had the model is the first one's.
        """
        known = self.owners.get(submission, "")
        if any(one.id == model for one in self.of.get(known, ())):
            return known
        found = self.holders[model]
        return found[sum(began <= at for began, _ in found[1:])][1]


def models(events: Iterable[Event]) -> Models:
    """Fold whose every model is."""
    found = Models()
    for event in events:
        if event.kind not in OF_INTEREST or event.entrant is None:
            continue
        match event.fact:
            case UploadSeen(submission=submission):
                found.owners[submission] = event.entrant
            case SubmissionSeen(submission=submission):
                found.owners.setdefault(submission, event.entrant)
            case RunIntended(model=name, model_id=id):
                have(found, event.entrant, Model(id, name), event.valid, anew=True)
            case EntrantEnrolled(model=name, model_id=id):
                have(found, event.entrant, Model(id, name), event.valid, anew=False)
            case _:
                pass
    return found


def have(found: Models, entrant: str, model: Model, since: str, *, anew: bool) -> None:
    """Note that an entrant has a model. Where that is not `anew`, nobody who got it meanwhile loses it."""
    before = [one for one in found.of.get(entrant, ()) if one.id != model.id]
    had = len(before) < len(found.of.get(entrant, ()))
    found.of[entrant] = [*before, model]
    holders = found.holders.setdefault(model.id, [])
    if (anew or not had) and (not holders or holders[-1][1] != entrant):
        holders.append((since, entrant))
