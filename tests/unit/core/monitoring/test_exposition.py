import pytest
from prometheus_client.parser import text_string_to_metric_families

from nab.core.monitoring.exposition import MOST_SAMPLES, added_up, counter, gauge, sample, written


def parsed(text):
    """Read it as Prometheus does."""
    return {
        (one.name, *one.labels.items()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_a_family_is_written_with_its_sentence_and_its_kind():
    text = written([counter("nab_a_total", "What it counts.", sample(3, entrant="codex-l4"))])

    assert text == (
        '# HELP nab_a_total What it counts.\n# TYPE nab_a_total counter\nnab_a_total{entrant="codex-l4"} 3\n'
    )


@pytest.mark.parametrize("value", [0, 1, -2.5, 1e-9, 1796061745.270694, 2**53, 1e300, 0.1 + 0.2])
def test_a_value_is_read_as_it_was(value):
    assert parsed(written([gauge("nab_a", "h", sample(value))])) == {("nab_a",): value}


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\\", "a\\n", "é", "}", "# HELP", ""])
def test_what_others_named_is_read_as_it_was(text):
    found = parsed(written([gauge("nab_a", "h", sample(1, model=text)), gauge("nab_b", "h", sample(2))]))

    assert found == {("nab_a", ("model", text)): 1, ("nab_b",): 2}


@pytest.mark.parametrize("text", ["a\nnab_b 7", "a\x1b[2J", "a\r\nb", "\u202eevil"])
def test_what_others_named_is_one_line_that_drives_nothing(text):
    whole = written([gauge("nab_a", "h", sample(1, model=text))])

    assert len(whole.splitlines()) == 3 and whole.replace("\n", "").isprintable()
    assert [name for name, *_ in parsed(whole)] == ["nab_a"]


def test_a_family_without_samples_is_left_out_and_no_family_is_endless():
    many = (sample(1, model=str(number)) for number in range(MOST_SAMPLES + 1))

    assert written([gauge("nab_a", "h")]) == ""
    assert len(parsed(written([gauge("nab_a", "h", *many)]))) == MOST_SAMPLES


def test_what_has_the_same_labels_is_added_up():
    found = added_up([(1, {"a": "y"}), (2, {"a": "x"}), (3, {"a": "y"})])

    assert [(one.value, one.labels) for one in found] == [(2, {"a": "x"}), (4, {"a": "y"})]
