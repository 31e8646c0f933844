from nab.actions.claims import looking
from nab.core.claims.told import told
from support.statistics.claimed import Claimed, claimed
from support.statistics.claims_on_disk import append, bench_with


def test_a_look_is_written_down_once_with_a_file_a_version(tmp_path):
    season = claimed(25)
    bench = bench_with(tmp_path, season)

    assert looking.look(bench) == 3
    assert looking.look(bench) == 0
    said = told(bench.log.events()).looked
    assert {claim: len(versions) for claim, versions in said.items()} == {
        "l3-101.1": 1,
        "l3-101.2": 1,
        "l3-101.3": 1,
    }
    assert sorted(path.name for path in bench.paths.claims.iterdir()) == [
        "l3-101.1-v1.json",
        "l3-101.2-v1.json",
        "l3-101.3-v1.json",
    ]


def test_without_a_family_or_a_look_there_is_nothing_to_write(tmp_path):
    for name, season in (("none", Claimed().enrol()), ("early", claimed(5))):
        (tmp_path / name).mkdir()
        bench = bench_with(tmp_path / name, season)
        assert looking.look(bench) == 0
        assert not bench.paths.claims.exists()


def test_a_late_score_makes_a_version_more_and_leaves_the_others_files_as_they_are(tmp_path):
    season = claimed(25, missing={103: ("codex-l3",)})
    bench = bench_with(tmp_path, season)
    looking.look(bench)
    before = {path.name: path.read_bytes() for path in bench.paths.claims.iterdir()}
    late = season.score(103, "codex-l3", at=season.at(180))
    append(bench, [late])

    assert looking.look(bench) == 2  # the pairs that it is of
    after = {path.name: path.read_bytes() for path in bench.paths.claims.iterdir()}
    assert after.items() >= before.items()
    (first, second) = told(bench.log.events()).looked["l3-101.1"]
    assert (first.fact.n, second.fact.n) == (20, 21)
    assert second.fact.causes == ("a late or revised score",)
