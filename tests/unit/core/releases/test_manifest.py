"""What a release says of itself is the same for the same release."""

from nab.core.releases import manifest
from nab.core.releases.manifest import Manifest


def told(files):
    return Manifest(
        id="0.1.0-abc", version="0.1.0", commit="abc", time="2026-11-30T14:00:00Z", python="3.11",
        machine="x86_64", files=files,
    )  # fmt: skip


def test_the_order_in_which_files_were_found_makes_no_difference():
    assert manifest.written(told({"b": "2", "a": "1"})) == manifest.written(told({"a": "1", "b": "2"}))


def test_a_release_of_a_changed_checkout_says_so():
    commit = "4c22d86f1a2b3c4d"

    assert manifest.release_id("0.1.0", commit, dirty=False) == "0.1.0-4c22d86f1a2b"
    assert manifest.release_id("0.1.0", commit, dirty=True) == "0.1.0-4c22d86f1a2b-dirty"
