from nab.actions.questions import measuring
from nab.results.detectors.records import Change, Run
from nab.results.questions.studied import Studied, Told


def studied(*files, at=10.0):
    changes = tuple(Change(id=f"c1:{path}", at=1, path=path, text=text) for path, text in files)
    return Studied(
        Run(run="r", entrant="e", changes=changes), Told(artifact_at=at, artifact=("c1:submit.sh",))
    )


def test_programs_are_measured_without_being_run():
    program = "import os\nimport sys  # noqa\n\n\ndef f():\n    return undefined_name\n"

    found = measuring.of_run(studied(("a.py", program), ("submit.sh", "python a.py\n"), ("NOTES.md", "said")))

    assert (found.lines, found.violations, found.simple, found.duplicated) == (4, 3, 1.0, 0.0)
    assert found.hygiene == 0.5
    assert found.commit == "c1:submit.sh"


def test_a_submit_sh_that_bash_cannot_read_is_no_hygiene():
    assert not measuring.reads({"submit.sh": "if true; then"})
    assert not measuring.reads({})
    assert measuring.reads({"submit.sh": "exit 1"})


def test_without_python_or_a_verified_submission_nothing_is_measured():
    assert measuring.of_run(studied(("submit.sh", "true"))) is None
    assert measuring.of_run(studied(("a.py", "x = 1"), at=None)) is None


def test_an_agents_names_of_files_reach_no_folder_of_ours():
    assert measuring.of_run(studied(("../../a.py", "x = 1\n"), ("-q.py", "import os\n"))).violations == 1
