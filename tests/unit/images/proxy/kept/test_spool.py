"""Uploads on a real disk: whole under their hash, or not at all, and the bytes that pass are never others."""

import hashlib

import pytest
from kept import disk, spool
from kept.spool import Spool

BODY = b"id,prediction\na,0.5\n"
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def made(tmp_path):
    return Spool(str(tmp_path / "uploads"), 1000, 2500)


def put(spooled, body, *, length=0, id="f1", whole=True, **end):
    """Let a body pass; returns what passed, and what the line says."""
    upload = spooled.begin(id, "submission", length)
    passed = b"".join(upload(body[at : at + 300]) for at in range(0, len(body), 300))
    if whole:
        passed += upload(b"")
    return passed, upload.finish(hashlib.sha256(body).hexdigest(), **({"wanted": True} | end))


def there(spooled):
    return {path.name: path.read_bytes() for path in spooled.folder.iterdir()}


def test_an_upload_waits_whole_under_its_hash_and_what_it_is_for(made):
    assert put(made, BODY) == (BODY, {"kind": "submission", "spooled": True, "why": None})
    assert there(made) == {f"{DIGEST}.submission": BODY}
    assert put(made, BODY, id="f2")[1]["spooled"] and len(there(made)) == 1


@pytest.mark.parametrize("more", [{"wanted": False}, {"whole": False}], ids=["refused", "broken off"])
def test_a_refused_one_and_one_that_broke_off_leave_nothing(made, more):
    passed, said = put(made, BODY, **more)

    assert passed == BODY
    assert (said["spooled"], said["why"], there(made)) == (False, spool.BROKE_OFF, {})


def test_a_file_whose_hash_nobody_knows_is_not_kept(made):
    upload = made.begin("f1", "submission", 0)

    assert upload(b"") == b"" and not upload.finish(None, wanted=True)["spooled"] and there(made) == {}


@pytest.mark.parametrize("length", [0, 1001])
def test_one_that_is_too_large_passes_and_is_not_kept(made, length):
    passed, said = put(made, b"x" * 1001, length=length)

    assert passed == b"x" * 1001
    assert (said["spooled"], said["why"], there(made), made.full) == (False, spool.TOO_LARGE, {}, False)


def test_as_much_waits_as_is_allowed(made):
    for number in range(2):
        assert put(made, bytes([number]) * 900, length=900, id=f"f{number}")[1]["spooled"]

    passed, said = put(made, b"y" * 900, length=900)

    assert (len(passed), said["why"], made.full, len(there(made))) == (900, spool.FULL, True, 2)
    for path in made.folder.iterdir():
        path.unlink()  # the host has worked them up
    assert put(made, b"y" * 900, length=900)[1]["spooled"]


def test_a_disk_that_the_calls_need_is_left_to_them(made, monkeypatch):
    monkeypatch.setattr(spool, "has_room", lambda folder, wanted: False)

    assert put(made, BODY) == (BODY, {"kind": "submission", "spooled": False, "why": disk.NO_ROOM})


def test_a_disk_that_fails_in_the_middle_costs_the_kept_file_alone(made, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    upload = made.begin("f1", "submission", 0)
    assert upload(BODY) == BODY
    monkeypatch.setattr(spool.os, "write", full)
    assert upload(BODY) == BODY and upload(b"") == b""

    assert upload.finish(DIGEST, wanted=True)["why"] == "No space left on device"
    assert there(made) == {}


def test_what_a_killed_proxy_was_writing_is_swept_and_what_waits_stays(made):
    put(made, BODY)
    made.begin("f2", "diagnostics", 0)(BODY)
    assert len(there(made)) == 2

    again = Spool(str(made.folder), 1000, 2500)

    assert list(there(again)) == [f"{DIGEST}.submission"]
    made.sync_and_forget()
    assert made.unsynced == []
