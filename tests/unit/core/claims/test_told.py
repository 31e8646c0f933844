from msgspec import structs

from nab.core.claims.told import told
from nab.core.facts import ClaimLooked, ClaimWithdrawn, Excluded, PageBuilt
from support.records.logs import Log

LOOKED = ClaimLooked(
    claim="l3-101.1",
    upto=90,
    look=1,
    verdict="supported",
    estimate=0.04,
    interval=(0.01, 0.07),
    alone=(0.02, 0.06),
    n=20,
    n_eff=1.5,
    causes=("reached a look",),
    excluded=(Excluded(103, "run", "harness", "the proxy ended"),),
    sha256="0" * 64,
    data_sha256="1" * 64,
)


def test_what_was_said_is_read_as_of_any_place_and_the_last_word_on_a_place_holds():
    log = Log()
    log.add(LOOKED)
    log.add(structs.replace(LOOKED, causes=("code",), sha256="2" * 64))
    log.add(
        ClaimWithdrawn(claim="l3-101.1", upto=95, verdict="supported", causes=("a late or revised score",))
    )
    log.add(PageBuilt(sha256="3" * 64, upto=3, head="0" * 16, release="0.1.0"))

    found = told(log.events)
    assert [one.fact.causes for one in found.looked["l3-101.1"]] == [("reached a look",), ("code",)]
    assert found.last("l3-101.1", 90).seq == 2
    assert found.last("l3-101.1", 91) is None
    assert found.withdrawn == {("l3-101.1", 95): 3}
    assert [(seq, page.upto) for seq, page in found.pages] == [(4, 3)]
    assert told(log.events, upto=1).last("l3-101.1", 90).fact == LOOKED
    assert told(log.events, upto=2).pages == []


def test_a_rounds_exclusion_is_kept_as_it_was_said():
    log = Log()
    log.add(LOOKED)

    assert log.events[0].fact.excluded == (Excluded(103, "run", "harness", "the proxy ended"),)
