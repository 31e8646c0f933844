import pytest

from nab.core.errors import NabError
from nab.results.validation import placebo
from support.statistics import generator


def as_csv(columns):
    rounds = len(next(iter(columns.values())))
    lines = [",".join(["roundNumber", *columns])]
    lines += [",".join([str(800 + i), *(str(one[i]) for one in columns.values())]) for i in range(rounds)]
    return "\n".join(lines)


def real_looking(models=3, rounds=160):
    series = generator.differences(models, rounds, seed=5)
    return {f"model {i}": list(map(float, one)) for i, one in enumerate(series)}


def test_the_newest_rounds_constant_models_and_holed_ones_are_left_out():
    columns = real_looking() | {"constant": [1e-18 * i for i in range(160)]}
    columns["holed"] = ["NA" if i % 20 == 0 else 0.01 * i for i in range(160)]
    columns["nearly whole"] = ["NA" if i in (3, 9) else 0.01 * i for i in range(160)]
    models = placebo.read(as_csv(columns))

    assert list(models) == ["model 0", "model 1", "model 2", "nearly whole"]
    assert max(models["model 0"]) == 800 + 160 - 15 - 1
    assert len(models["nearly whole"]) == 143


def test_overlap_t_finds_nothing_where_the_naive_test_finds_most():
    found = list(placebo.placebo(placebo.read(as_csv(real_looking()))))

    assert [one.rounds for one in found] == [40, 60, 120]
    assert [one.windows for one in found] == [3 * 22, 3 * 18, 3 * 6]
    assert all(one.overlap_t <= 0.05 for one in found)
    assert found[0].naive_t >= 0.4


def test_two_models_that_are_one_are_never_called_different():
    columns = real_looking(models=1)
    columns["twin"] = columns["model 0"]
    (first, *_) = placebo.placebo(placebo.read(as_csv(columns)))

    assert (first.without_spread, first.overlap_t, first.naive_t) == (first.windows, 0.0, 0.0)


@pytest.mark.parametrize("text", ["", "round,a\n1,2", "\x00", "a,b,c\nx,y,z"])
def test_what_is_no_table_of_scores_is_refused_in_a_sentence(text):
    with pytest.raises(NabError, match="models and 0 rounds that count"):
        placebo.read(text)


def test_a_table_of_models_that_never_change_leaves_nothing_to_test():
    with pytest.raises(NabError, match="fewer than two models"):
        list(placebo.placebo(placebo.read(as_csv({"a": [0.1] * 160, "b": [0.2] * 160}))))
