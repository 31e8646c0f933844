import pytest

from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge
from nab.site.gates import private

KEY = b"sk-ant-api03-" + b"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7" * 3
JUDGE = Judge(Scanner({"the key of Numerai": b"NUMERAI-SECRET-0123456789abcdef"}), 1 << 20)


def found(path, content):
    return [one.what for one in private.leaks(path, content, JUDGE)]


def test_a_plain_page_passes():
    assert found("runs/a/index.html", b"<p>hello</p>") == []


@pytest.mark.parametrize("secret", [KEY, b"NUMERAI-SECRET-0123456789abcdef"])
def test_a_secret_in_a_transcript_is_found_and_not_repeated(secret):
    (what,) = found("runs/a/transcript/1/index.html", b"<pre>" + secret + b"</pre>")

    assert what == "secret"


def test_predictions_and_files_of_other_kinds_are_found():
    assert found("charts/a.csv", b"id,prediction\nn1,0.5\n") == ["predictions"]
    assert "parquet" in found("data/x.parquet", b"PAR1")


def test_a_character_that_nobody_sees_is_found():
    assert [one.what for one in private.hidden("p", "a\u202eb\u200b")] == ["U+202E", "U+200B"]
