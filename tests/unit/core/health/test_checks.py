import pytest

from nab.core.health import checks
from nab.core.health.checks import Check, CheckVerdict
from nab.core.upkeep.disks import GIB, Disk


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        (checks.python((3, 10, 12)), CheckVerdict.FAIL),
        (checks.python((3, 11, 0)), CheckVerdict.OK),
        (checks.engine_version("20.10.24+dfsg1"), CheckVerdict.WARN),
        (checks.engine_version("25.0.5"), CheckVerdict.OK),
        (checks.engine_version("28.2.2-ce"), CheckVerdict.OK),
        (checks.disk(Disk("state", "/s", 1 * GIB), 5 * GIB), CheckVerdict.FAIL),
        (checks.disk(Disk("state", "/s", 10 * GIB), 5 * GIB), CheckVerdict.WARN),
        (checks.disk(Disk("engine", "/e", 100 * GIB, 49_999), 5 * GIB), CheckVerdict.FAIL),
        (checks.disk(Disk("engine", "/e", 100 * GIB, 50_000), 5 * GIB), CheckVerdict.OK),
        (checks.workspaces("mount: no such device", 0, 9), CheckVerdict.WARN),
        (checks.workspaces("", 200 * GIB, 100 * GIB), CheckVerdict.WARN),
        (checks.workspaces("", 100 * GIB, 200 * GIB), CheckVerdict.OK),
        (checks.gpu(0, wanted=False), CheckVerdict.OK),
        (checks.gpu(0, wanted=True), CheckVerdict.FAIL),
        (checks.gpu(2, wanted=True), CheckVerdict.OK),
        (checks.gpu(2, wanted=True, has_runtime=False), CheckVerdict.WARN),
        (checks.images(["nab/base"], [], 5), CheckVerdict.WARN),
        (checks.images([], ["nab/base"], 5), CheckVerdict.WARN),
        (checks.images([], [], 5), CheckVerdict.OK),
        (checks.alarms("state/secrets/alarms.json", []), CheckVerdict.WARN),
        (checks.alarms("state/secrets/alarms.json", ["ntfy (1)"]), CheckVerdict.OK),
        (checks.clients(["baseline"], ["codex"], "state/proofs"), CheckVerdict.OK),
        (checks.local_tournament(8790, for_us=True, for_boxes=True), CheckVerdict.OK),
        (checks.local_tournament(8790, for_us=True, for_boxes=False), CheckVerdict.WARN),
        (checks.local_tournament(8790, for_us=False, for_boxes=False), CheckVerdict.WARN),
        (checks.live_tournament("numer.ai", 0.5), CheckVerdict.OK),
        (checks.live_tournament("numer.ai", 61.0), CheckVerdict.WARN),
        (checks.live_tournament("numer.ai", -61.0), CheckVerdict.WARN),
        (checks.live_tournament("numer.ai", None), CheckVerdict.FAIL),
        (checks.scripted_models("api.sock", answer=True), CheckVerdict.OK),
        (checks.scripted_models("api.sock", answer=False), CheckVerdict.WARN),
        (checks.clock(False), CheckVerdict.WARN),
        (checks.clock(True), CheckVerdict.OK),
    ],
    ids=lambda value: f"{value.name} {value.finding}" if isinstance(value, Check) else value,
)
def test_a_finding_gets_its_verdict_and_what_is_not_well_a_remedy(check, verdict):
    assert check.verdict is verdict
    assert bool(check.remedy) == (verdict is not CheckVerdict.OK)


def test_a_warning_leaves_the_machine_fit_and_a_failure_does_not():
    warned = Check("clock", CheckVerdict.WARN, "drifts", "ntp")

    assert checks.is_fit([warned])
    assert not checks.is_fit([warned, Check("engine", CheckVerdict.FAIL, "none", "start it")])


def test_missing_and_stale_images_are_told_apart():
    found = checks.images(["nab/base"], ["nab/proxy", "nab/node"], 5).finding

    assert found == "not built yet: nab/base; changed since they were built: nab/proxy, nab/node"


@pytest.mark.parametrize(("skew", "words"), [(90.2, "90 s behind its"), (-90.2, "90 s ahead of its")])
def test_a_clock_that_is_off_is_told_with_its_direction(skew, words):
    assert words in checks.live_tournament("numer.ai", skew).finding


def test_of_which_agents_the_clients_were_proved_is_told_with_where_that_is_kept():
    told = checks.clients(["baseline", "random"], ["codex"], "state/proofs").finding

    assert told == (
        "proved to trust the proxy: baseline, random; tried before their next run: codex (state/proofs)"
    )
