import pytest

from nab.actions.questions import likeness
from nab.edges.files import compressed
from nab.paths import RunPaths
from nab.results.detectors.records import Change, Submission


def packed(text):
    return b"".join(compressed.members([text.encode()]))


def submitted(at, round=1, sha256="", script="s"):
    return Submission(id=f"event {at}", at=at, round=round, sha256=sha256, script=script)


def told(paths, submissions, changes=()):
    return [one.likeness for one in likeness.of_submissions(paths, tuple(submissions), tuple(changes))]


def test_an_artifact_that_nobody_changed_makes_the_same_model_and_logs_are_no_change(tmp_path):
    paths = RunPaths(tmp_path)
    log, program = (
        Change(id="c:a.log", at=15, path="a.log"),
        Change(id="c:a.py", at=25, path="a.py", text="x"),
    )

    found = told(
        paths,
        [submitted(10, 1), submitted(20, 2), submitted(30, 3), submitted(40, 4, script="t")],
        [log, program],
    )

    assert found == [None, 1.0, None, None]
    assert told(paths, [submitted(10, 1), submitted(20, 2)]) == [None, None]  # no history: nobody knows


def test_two_files_of_a_round_are_compared_by_rank(tmp_path):
    paths = RunPaths(tmp_path)
    paths.predictions.mkdir(parents=True)
    for name, sign in (("a", 1), ("b", -1)):
        rows = "\n".join(f"n{i},{0.5 + sign * i / 100}" for i in range(30))
        (paths.predictions / f"{name}.gz").write_bytes(packed(f"id,prediction\n{rows}\n"))
    (paths.predictions / "c.gz").write_bytes(b"no gzip")

    assert told(paths, [submitted(1, sha256="a"), submitted(2, sha256="a"), submitted(3, sha256="b")]) == [
        None,
        1.0,
        pytest.approx(-1.0),
    ]
    assert told(paths, [submitted(1, sha256="a"), submitted(2, sha256="c")]) == [None, None]
    assert likeness.kept(paths, "gone") == {}
