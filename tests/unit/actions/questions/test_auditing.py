import shutil
from dataclasses import replace

import pytest
from msgspec import structs

from nab.actions.questions import auditing
from nab.core.errors import NabError
from nab.results.detectors import audit, proposals
from nab.results.detectors.records import Call, Change, Run, Said
from support.records import logs
from support.repository.benches import REPOSITORY, bench_on

NAME = "2026-05-16T130207Z-claude-l4"
RUN = Run(
    run=NAME,
    entrant="claude-l4",
    calls=(
        Call(
            id="s:1",
            at=1,
            name="Bash",
            command="python a.py",
            result="val_corr: 0.0213\nwrote 0.5 MB\nrmse 0.22",
        ),
        Call(id="s:2", at=3, name="Bash", command="python b.py", result="", exit_code=1),
    ),
    said=(Said(id="s:3", at=4, role="assistant", text="It is done."),),
    changes=(
        Change(id="c:a.py", at=2, path="a.py", text="cv = KFold(5, shuffle=True)\nnapi.list_datasets()\n"),
    ),
)


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)
    bench.log.append(logs.intended("claude"), run=NAME, entrant="claude-l4")
    repository = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "results/audit", repository / "results/audit")
    return replace(bench, config=structs.replace(bench.config, repository=repository))


def test_verdicts_are_appended_at_once_and_not_asked_again(bench):
    shown, before = [], len(auditing.cases(bench.config.repository, "metrics"))
    keys = iter(["x", "y", "n", "q"])

    def key(text):
        shown.append(text)
        return next(keys)

    assert auditing.ask(bench, "metrics", iter([RUN]), key, "a person") == 2
    labelled = auditing.cases(bench.config.repository, "metrics")[before:]
    assert [one.label for one in labelled] == [True, False]
    assert {one.source for one in labelled} == {"real"} and labelled[0].by == "a person"
    assert shown[1] == auditing.HELP
    left = auditing.ask(bench, "metrics", iter([RUN]), lambda _: "s", "a person")
    assert left == 0
    seen = []
    auditing.ask(bench, "metrics", iter([RUN]), lambda text: seen.append(text) or "s", "")
    assert len(seen) == 1


@pytest.mark.parametrize("detector", audit.DECIDES)
def test_every_detector_has_cases_to_show_and_its_word_is_not_told(detector):
    found = [*proposals.of_run(detector, RUN)]

    assert found
    assert all("label" not in one for one in found)
    for one in found:
        audit.DECIDES[detector](one)


def test_a_detector_without_a_form_of_case_is_refused(bench):
    with pytest.raises(NabError, match="experimental"):
        auditing.ask(bench, "effort", iter([]), lambda _: "y", "")
    with pytest.raises(NabError, match="no detector"):
        auditing.ask(bench, "all", iter([]), lambda _: "y", "")


def test_how_good_the_detectors_are_is_a_line_each():
    lines = auditing.told(REPOSITORY).splitlines()

    assert len(lines) == len(audit.VERSIONS)
    assert lines[-1] == "effort 1: experimental, no labelled cases"
