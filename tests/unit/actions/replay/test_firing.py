from itertools import count

from nab.actions.replay import firing
from nab.core.replay.cut import Cut

CUT = Cut(first=101, last=104)


def test_every_sealed_era_is_fired_once_in_order_each_in_a_round_of_its_own():
    numbers, fired = count(1402), []

    rounds, failed = firing.through(CUT, lambda: next(numbers), lambda *one: fired.append(one) or "")

    assert fired == [(1402, "0101.log"), (1403, "0102.log"), (1404, "0103.log"), (1405, "0104.log")]
    assert rounds == {101: 1402, 102: 1403, 103: 1404, 104: 1405}
    assert failed == {}


def test_a_firing_that_fails_once_is_made_again_in_the_same_round_and_both_outputs_are_kept():
    numbers, fired = count(1402), []

    def fire(number, output):
        fired.append((number, output))
        return "submit.sh ended with 1" if output == "0102.log" else ""

    _, failed = firing.through(CUT, lambda: next(numbers), fire)

    assert failed == {}
    assert fired[1:4] == [(1403, "0102.log"), (1403, "0102.again.log"), (1404, "0103.log")]


def test_a_firing_that_fails_twice_is_told_and_the_next_era_comes_all_the_same():
    numbers = count(1402)

    rounds, failed = firing.through(
        CUT, lambda: next(numbers), lambda number, _: "submit.sh ended with 1" if number == 1403 else ""
    )

    assert failed == {102: "submit.sh ended with 1"}
    assert list(rounds) == list(CUT.eras)
