from itertools import count

from nab.actions.replay import firing
from nab.core.replay.cut import Cut

CUT = Cut(first=101, last=104)


def test_every_sealed_era_is_fired_once_in_order_each_in_a_round_of_its_own():
    numbers, fired = count(1402), []

    rounds, failed = firing.through(CUT, lambda: next(numbers), lambda *one: fired.append(one) or "")

    assert fired == [(101, 1402), (102, 1403), (103, 1404), (104, 1405)]
    assert rounds == dict(fired)
    assert failed == {}


def test_a_firing_that_fails_is_told_and_the_next_era_comes_all_the_same():
    numbers = count(1402)

    rounds, failed = firing.through(
        CUT, lambda: next(numbers), lambda era, _: "submit.sh ended with 1" if era == 102 else ""
    )

    assert failed == {102: "submit.sh ended with 1"}
    assert list(rounds) == list(CUT.eras)
