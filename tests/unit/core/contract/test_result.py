import msgspec
import pytest

from nab.core.contract import result
from nab.core.contract.differences import Difference
from nab.core.contract.result import Result
from nab.core.health.checks import CheckVerdict

ONE = Difference("Round.openTime", "is gone", "Time", "no such field", ["the watcher"])
API = "https://api.example"


def last(*differences, with_key=True):
    told = {"api": API, "at": "2026-11-30T18:00:00Z", "against": "the local tournament", "with_key": with_key}
    return Result(**told, differences=list(differences))


@pytest.mark.parametrize(
    ("found", "is_live", "verdict", "words"),
    [
        (None, False, CheckVerdict.OK, "not compared yet"),
        (None, True, CheckVerdict.WARN, "not compared yet"),
        (
            last(),
            True,
            CheckVerdict.OK,
            f"no difference between {API} and the local tournament, 2026-11-30T18:00:00Z",
        ),
        (last(ONE), True, CheckVerdict.WARN, "1 difference between"),
        (
            last(ONE, ONE, with_key=False),
            True,
            CheckVerdict.WARN,
            "2 differences (public questions only) between",
        ),
    ],
)
def test_the_doctor_names_the_last_comparison(found, is_live, verdict, words):
    check = result.check(found, API, is_live=is_live)

    assert check.verdict is verdict
    assert words in check.finding


def test_a_comparison_of_another_api_says_nothing_of_this_one():
    check = result.check(last(ONE), "https://other.example", is_live=True)

    assert check.finding == f"not compared yet: the last time it was {API}, 2026-11-30T18:00:00Z"


def test_a_result_that_cannot_be_read_counts_as_none():
    assert result.read(msgspec.json.encode(last(ONE))) == last(ONE)
    assert result.read(b"{}") is None
    assert result.read(b"\xff") is None
