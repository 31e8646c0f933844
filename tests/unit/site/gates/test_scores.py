from nab.results.claims.registry import as_of, registry
from nab.site.gates import scores
from support.statistics.claimed import claimed

AREA = (
    '<figure data-surface="resolved"><svg data-surface="resolved"></svg>'
    '<data value="1" data-event="1" data-surface="{0}">1</data></figure>'
)
MEAN = '<data value="1" data-claim="c" data-mean="1" data-surface="{0}">+1.0</data>'
SPEED = '<data value="0.7" data-event="3" data-part="S"{0}>0.7</data>'


def gates(found):
    return [one.gate for one in found]


def test_an_unresolved_score_in_a_resolved_chart_is_found():
    assert gates(scores.mixed("p", AREA.format("live"))) == ["score out of its surface"]
    assert gates(scores.mixed("p", AREA.format("resolved"))) == []


def test_a_mean_that_holds_what_may_change_is_found():
    assert gates(scores.provisional("p", MEAN.format("live"))) == ["mean with unresolved rounds"]
    assert gates(scores.provisional("p", MEAN.format("resolved"))) == []


def test_a_speed_without_a_verified_submission_is_found():
    assert gates(scores.speed("p", SPEED.format(""))) == ["speed without a verified submission"]
    assert gates(scores.speed("p", SPEED.format(' data-submission="s-1"'))) == []


def test_a_claim_that_was_registered_after_its_look_is_found():
    told = registry(as_of(claimed(30).events, None), "head")
    assert gates(scores.unregistered(told)) == []

    import msgspec

    late = tuple(msgspec.structs.replace(one, seq=100_000) for one in told.families)
    planted = msgspec.structs.replace(told, families=late)

    found = list(scores.unregistered(planted))
    assert {one.gate for one in found} == {"claim not registered before its look"}
    assert any("l3-101.1" in one.what for one in found)


def test_a_figure_of_a_claim_that_there_is_not_is_found():
    told = registry(as_of(claimed(3).events, None), "head")

    assert [one.what for one in scores.without_family({"l3-101.1", "l9-1.1"}, told)] == ["l9-1.1"]
