from nab.results.detectors import signatures
from nab.results.detectors.records import Change, Run


def test_a_signature_is_told_once_with_its_line_and_words_about_it_do_not_count():
    code = '"""KFold(5, shuffle=True) leaks."""\n# train_test_split(\nx = 1\nneutralize(p)\nneutralize(q)\n'
    run = Run(
        run="r",
        entrant="e",
        changes=(
            Change(id="c1:a.py", at=1, path="a.py", text=code),
            Change(id="c2:a.py", at=2, path="a.py", text=code + "\ntrain_test_split(x)"),
            Change(id="c2:notes.md", at=2, path="notes.md", text="StratifiedKFold()"),
            Change(id="c3:a.py", at=3, path="a.py"),
        ),
    )

    found = signatures.of_run(run)

    assert [(one.name, one.school, one.source) for one in found] == [
        ("numerai.neutralisation", "numerai", "c1:a.py#4"),
        ("kaggle.row_split", "kaggle", "c2:a.py#7"),
    ]
