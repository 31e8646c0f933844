from nab.results.detectors import metrics, weak_features
from nab.results.detectors.records import Call, Change, Run, Said


def run_of(*changes, said=(), corr=0.02):
    calls = (
        Call(id="s:1", at=10, name="Bash", result="benchmark validation corr: 0.028"),
        Call(id="s:2", at=20, name="Bash", result=f"validation corr: {corr}"),
    )
    return Run(run="r", entrant="e", calls=calls, changes=changes, said=said, until=100)


def features(at, name):
    return Change(id=f"c{at}:a.py", at=at, path="a.py", text=f'f = sets["{name}"]\nm = Ridge()')


def noticed(run):
    return weak_features.of_run(run, metrics.ledger(run))


def test_evidence_action_and_words_have_their_times_and_places():
    said = (
        Said(id="s:9", at=40, role="assistant", text="The small feature set is the limiting bottleneck."),
    )

    found = noticed(run_of(features(5, "small"), features(50, "medium"), said=said))

    assert (found.weak, found.acted, found.said) == ("s:2#1", "c50:a.py", "s:9")
    assert (found.benchmark, found.value, found.latency) == (0.028, 0.02, 30)


def test_no_action_is_censored_and_no_evidence_is_none():
    assert noticed(run_of(features(5, "small"), features(50, "small"))).censored
    assert noticed(run_of(features(5, "small"), corr=0.0278)).weak_at is None
    assert noticed(Run(run="r", entrant="e")).benchmark is None
