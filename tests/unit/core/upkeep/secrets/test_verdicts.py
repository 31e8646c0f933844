"""Datasets, secrets and large files stay here, whatever they are called."""

import pytest

from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge

SECRET = b"Q7W3H8Z1K5X9M2V6T4R0P7L3N8B1G5F9D2S6J4Q0"
JUDGE = Judge(Scanner({"numerai.secret_key": SECRET}), 1000)
HEADER = b"id,era,data_type," + b",".join(b"feature_%d_strong" % one for one in range(9)) + b",target\n"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (b"v5.3/train.parquet", b"x"),
        (b"a/LIVE.PARQUET", b"x"),
        (b"innocent.txt", b"PAR1" + bytes(10)),
        (b"cut", b"xxxxxx" + b"PAR1"),
        (b"innocent", b"ARROW1\0\0"),
        (b"v5.3/features.json", b"{}"),
        (b"live_example_preds.csv", b"id,prediction\n"),
        (b"numerai_training_data.csv.gz", b"x"),
        (b"validation_benchmark_models.csv", b"x"),
        (b"notes.txt", HEADER),
        (b"notes.tsv", HEADER.replace(b",", b"\t")),
    ],
)
def test_numerais_data_stay_by_name_or_by_content(path, content):
    assert JUDGE.look(path, content).words == "licensed data"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (b"train.py", b"feature_columns = []"),
        (b"live.log", b"PAR 1"),
        (b"config.json", b'{"features": "small"}'),
        (b"results.csv", b"era,corr\n1,0.02\n"),
        (b"submission.csv", b"id,prediction\nn1,0.5\n"),
        (b"README.md", b"we use feature_a, feature_b, feature_c, feature_d, feature_e and feature_f"),
    ],
)
def test_an_agents_own_work_goes(path, content):
    assert JUDGE.look(path, content) is None


def test_a_large_file_stays():
    assert JUDGE.look(b"a", b"x" * 1001).words == "large"


def test_a_secret_in_a_name_stays_and_is_not_repeated():
    path = b"work/" + SECRET + b"/b/c.txt"

    assert JUDGE.look(path, b"x").words == "secret (held: numerai.secret_key)"
    assert JUDGE.clean(path).startswith(b"work/[withheld name ")
    assert SECRET not in JUDGE.clean(path)
    assert JUDGE.clean(b"work/" + SECRET + b"/d") != JUDGE.clean(path)
    assert JUDGE.clean(b"work/fine.txt") == b"work/fine.txt"


SHORT = SECRET[:20]  # by a half of it nobody knows it


@pytest.mark.parametrize("at", range(1, len(SHORT)))
@pytest.mark.parametrize("between", [b"", b"\n"], ids=["in a line", "over two lines"])
def test_a_secret_over_a_border_is_seen_also_beside_another_one(at, between):
    judge, left, right = Judge(Scanner({"a": SHORT}), 1000), SHORT[:at] + between, SHORT[at:] + b" y"

    for before in (b"x " * 40, b"x " + SHORT + b" x" * 40):
        found = judge.over_border(before + left, right) or judge.look(b"a", left) or judge.look(b"a", right)
        assert found.words == "secret (held: a)"
    assert judge.over_border(b"x" * 600, b"y" * 600) is None
    assert judge.over_border(b"", SHORT) is None
