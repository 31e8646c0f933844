from nab.actions.reports import results
from nab.core.text.tables import plain
from support.statistics.claimed import Claimed, claimed
from support.statistics.claims_on_disk import bench_with


def test_the_results_have_where_everybody_stands_as_their_second_part(tmp_path):
    text = plain(results.results(bench_with(tmp_path, claimed(3))))

    assert "l3-101: rounds 101 to 170, 3 pairs of 3 runs, by MMC20" in text
    assert text.index("percentile: of MMC20") < text.index("l3-101: rounds")
    assert text.splitlines()[-1] == results.WHAT_IT_SAYS


def test_without_a_family_they_have_one_part(tmp_path):
    text = plain(results.results(bench_with(tmp_path, Claimed().enrol().season(1))))

    assert text.splitlines()[-1].startswith("percentile: of MMC20")
