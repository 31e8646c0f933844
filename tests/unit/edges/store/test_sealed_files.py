from nab.edges.store import sealed_files
from nab.edges.store.sealed_files import Sealed

ONE = Sealed("work-1", 12, "0a1b2c3d", "ab" * 32)


def test_a_name_is_read_again():
    assert sealed_files.named(ONE.name) == ONE
    assert sealed_files.named(f".{ONE.name}.1.tmp") is None
    assert sealed_files.named("views.duckdb") is None


def test_any_text_is_a_key():
    assert sealed_files.key("2026-05.2.jsonl") == "2026-05_2_jsonl"


def test_a_file_is_the_same_only_with_as_many_bytes_and_these_columns():
    assert sealed_files.same([ONE], 12, "0a1b2c3d") == ONE
    assert sealed_files.same([ONE], 13, "0a1b2c3d") is None
    assert sealed_files.same([ONE], 12, "ffffffff") is None


def test_files_are_listed_by_key():
    newer = ONE._replace(size=13)

    assert sealed_files.present([newer.name, ONE.name, "else"]) == {"work-1": [ONE, newer]}
