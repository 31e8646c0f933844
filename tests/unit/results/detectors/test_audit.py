import pytest

from nab.core.errors import NabError
from nab.results.detectors import audit
from nab.results.detectors.audit import Case
from support.repository.benches import REPOSITORY

AUDITED = sorted(audit.DECIDES)


def labelled(detector):
    path = REPOSITORY / "results/audit" / f"{detector}.jsonl"
    return audit.read(path.read_bytes().splitlines(), path.name)


@pytest.mark.parametrize("detector", AUDITED)
def test_a_detector_that_feeds_verdicts_is_precise_by_forty_labels_of_each_kind(detector):
    found = audit.performance(detector, labelled(detector))

    assert min(found.recall.of, found.negatives) >= 40
    assert not found.experimental, found.words
    assert found.recall.value >= 0.9, found.words


@pytest.mark.parametrize("detector", AUDITED)
def test_what_was_rebuilt_is_never_taken_for_sensitivity_in_the_field(detector):
    cases = labelled(detector)

    assert audit.of_real(detector, cases) is None
    real = [Case(label=one.label, source="real", case=one.case) for one in cases]
    found = audit.of_real(detector, real)
    assert found.positives == found.negatives == 40
    assert found.sensitivity >= 0.9


def test_a_detector_that_is_wrong_too_often_is_experimental_and_names_its_mistakes():
    wrong = [Case(label=not one.label, source="rebuilt", case=one.case) for one in labelled("signatures")]

    found = audit.performance("signatures", wrong)

    assert found.experimental
    assert "experimental, precision" in found.words
    assert len(found.wrong) == sum(bool(audit.says_signatures(one.case)) != one.label for one in wrong)


def test_without_labels_a_detector_is_experimental():
    assert audit.performance("weak_features", []).words == "weak_features 1: experimental, no labelled cases"


def test_a_line_that_is_no_case_is_named():
    with pytest.raises(NabError, match=r"metrics\.jsonl, line 2"):
        audit.read([b"", b'{"label": 3}'], "metrics.jsonl")
    with pytest.raises(NabError, match="no detector 'nothing'"):
        audit.named("nothing")
