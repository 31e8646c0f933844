from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import RoundResolved, ScoreSeen
from nab.core.scores import news, scores
from nab.core.scores.news import Heard
from support.records.logs import WHO, Log

PLACE = (WHO, 1269)


def seen(value=0.01, percentile=0.5, submission="s", version="1", *, resolved=None):
    return ScoreSeen(
        metric="mmc", day=20, value=value, percentile=percentile, submission=submission, version=version,
        resolved=resolved,
    )  # fmt: skip


def heard(*facts):
    found = Heard()
    for fact in facts:
        found.hear(PLACE, fact)
    return found


@pytest.mark.parametrize(
    ("before", "now", "is_news"),
    [
        ([], seen(), True),
        ([seen()], seen(), False),
        ([seen()], seen(resolved=True), False),
        ([seen()], seen(value=0.02), True),
        ([seen()], seen(value=None), True),
        ([seen()], seen(percentile=0.6), True),
        ([seen()], seen(submission="t"), True),
        ([seen()], seen(version="2"), True),
        ([seen(version="")], seen(version="2"), False),
        ([seen(version="")], seen(value=0.02, version="2"), True),
        ([seen()], seen(version=""), False),
        ([seen()], seen(value=0.02, version=""), True),
        ([seen(), seen(value=0.02, version="2")], seen(), False),
        ([seen(), seen(value=0.02)], seen(), True),
    ],
)
def test_news_is_another_value_percentile_submission_or_version(before, now, is_news):
    assert heard(*before).is_news(PLACE, now) is is_news


WORDS = st.builds(
    seen, value=st.sampled_from([None, 0.1, 0.2]), submission=st.sampled_from(["a", "b"]),
    version=st.sampled_from(["", "1", "2"]), resolved=st.booleans(),
)  # fmt: skip


@given(st.lists(WORDS, max_size=12))
def test_what_was_heard_is_no_news(told):
    found = heard(*told)

    for fact in told[-1:]:
        assert not found.is_news(PLACE, fact)


@pytest.mark.full
@given(st.lists(WORDS, min_size=1, max_size=12), st.data())
def test_an_older_log_with_every_value_once_more_for_a_flag_has_no_revision_more(told, data):
    once, twice = Log(), Log()
    for fact in told:
        once.about(fact)
        twice.about(fact)
        if data.draw(st.booleans()):
            twice.about(fact)

    values = [
        [(one.score, one.submission) for one in scores.archive(log.events)[PLACE].days["mmc", 20]]
        for log in (once, twice)
    ]
    assert values[0] == values[1]


def test_a_flag_that_flips_is_no_revision_and_another_value_is_one():
    log = Log()
    log.about(seen(version=""))
    log.about(seen(version="", resolved=True))
    assert scores.archive(log.events)[PLACE].revised() == {}
    log.about(seen(value=0.02, version="2"))

    ((_, said),) = scores.archive(log.events)[PLACE].revised().items()
    assert [(one.score.value, one.version) for one in said] == [(0.01, ""), (0.02, "2")]


def test_a_round_is_flagged_by_its_own_fact_and_in_older_logs_by_its_values():
    log = Log()
    log.about(seen(resolved=True), number=1268)
    log.about(seen(resolved=False), number=1269)
    log.add(RoundResolved(), round=1270)

    assert news.resolved(log.events) == {1268, 1270}


@pytest.mark.parametrize(
    ("told", "text"),
    [("2", "2"), (2, "2"), (None, ""), (True, ""), (2.5, ""), ([], ""), ("v" * 99, "v" * 64)],
)
def test_a_version_is_text_whatever_numerai_makes_of_it(told, text):
    assert news.words(told) == text


@pytest.mark.parametrize("endless", [inf, -inf, nan])
def test_a_value_without_end_is_none(endless):
    assert (news.number(endless), news.number(0.1), news.number(None)) == (None, 0.1, None)
