from datetime import timedelta

import pytest
from msgspec import structs

from nab.core.facts import SubmissionSeen, UploadSeen
from nab.core.runs.models import models
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, Log, enrolled, intended

DAY = timedelta(days=1)
OTHER = "claude-l3"
X, Y = "id-of-codex", "id-of-the-new-one"


def had(log, entrant):
    return [one.id for one in models(log.events).of[entrant]]


def log_of(*intents):
    """A log of runs, each with its entrant and model, a day apart from noon on."""
    log = Log()
    for place, (entrant, model) in enumerate(intents):
        log.add(structs.replace(intended(), model_id=model), at=NOON + place * DAY, entrant=entrant, run=RUN)
    return log


def test_a_run_that_never_enrolled_anybody_has_its_model_all_the_same():
    assert had(log_of((WHO, X)), WHO) == [X]
    assert models(log_of((WHO, X)).events).since == times.text(NOON)
    assert models([]).since == ""
    found = models(log_of((OTHER, Y), (WHO, X), (OTHER, X), (WHO, Y)).events)
    assert found.since_of == {OTHER: times.text(NOON), WHO: times.text(NOON + DAY)}
    assert found.since == times.text(NOON)


def test_an_entrant_whose_model_was_changed_keeps_the_old_one_and_has_the_new_one_now():
    assert had(log_of((WHO, X), (WHO, Y)), WHO) == [X, Y]
    assert had(log_of((WHO, X), (WHO, Y), (WHO, X)), WHO) == [Y, X]


def test_the_model_of_an_enrolment_is_the_one_that_an_entrant_has_now():
    log = log_of((WHO, X), (WHO, Y))
    log.add(enrolled(), entrant=WHO, run=RUN)

    assert had(log, WHO) == [Y, X]


@pytest.mark.parametrize(("days", "owner"), [(-9, WHO), (0.5, WHO), (1, OTHER), (1.5, OTHER), (2.5, WHO)])
def test_a_submission_is_of_whoever_had_the_model_when_it_was_put_in(days, owner):
    found = models(log_of((WHO, X), (OTHER, X), (WHO, X)).events)

    assert found.owner(X, "s1", times.text(NOON + days * DAY)) == owner


def test_an_enrolment_takes_no_model_from_who_has_got_it_meanwhile():
    log = log_of((WHO, X), (OTHER, X))
    log.add(enrolled(), at=NOON + 2 * DAY, entrant=WHO, run=RUN)

    assert models(log.events).owner(X, "s1", times.text(NOON + 3 * DAY)) == OTHER


def test_a_submission_that_a_proxy_saw_is_of_whose_proxy_that_was_and_stays_where_it_was_listed():
    log = log_of((WHO, X), (OTHER, X))
    later = times.text(NOON + 3 * DAY)
    listed = SubmissionSeen(submission="s1", status="late", selected=True, inserted_at=later)
    log.about(listed)
    assert models(log.events).owner(X, "s1", later) == WHO
    log.about(UploadSeen(submission="s1"), entrant=OTHER)
    log.about(listed)

    assert models(log.events).owner(X, "s1", later) == OTHER
    assert models(log.events).owner(X, "s2", later) == OTHER


def test_an_upload_of_somebody_who_never_had_the_model_makes_nobody_its_owner():
    log = log_of((WHO, X), (OTHER, Y))
    log.about(UploadSeen(submission="s1"), entrant=OTHER)

    assert models(log.events).owner(X, "s1", times.text(NOON)) == WHO
