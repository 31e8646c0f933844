from nab.actions.log import derived
from nab.chaos import oracle
from nab.core.facts import RunStarted, Tick
from nab.core.levels import Level
from support.records.logs import intended
from support.repository.benches import bench_on

RUN, LOOP = "2026-05-15T090000Z-codex-l4", "codex-l4"


def going(tmp_path):
    bench = bench_on(tmp_path)
    bench.log.append(intended("codex", Level.L4), entrant=LOOP, run=RUN)
    bench.log.append(RunStarted(started_at="2026-05-15T09:00:00.000Z"), entrant=LOOP, run=RUN)
    bench.log.append(Tick(window="closed", decisions={LOOP: ("wait", "the window is closed")}))
    derived.publish(bench)
    return bench


def test_where_all_is_well_it_has_nothing_to_say(tmp_path):
    assert oracle.complaints(going(tmp_path)) == []


def test_it_sees_a_second_start_a_missing_decision_an_untruth_and_a_file_that_is_not_as_derived(tmp_path):
    bench = going(tmp_path)
    bench.log.append(RunStarted(started_at="2026-05-15T09:05:00.000Z"), entrant=LOOP, run=RUN)
    bench.log.append(Tick(window="closed", decisions={}))
    derived.publish(bench)
    bench.paths.overview.write_bytes(b"{}")

    said = "\n".join(oracle.complaints(bench, {(LOOP, 1269): "missed"}))

    assert f"{RUN} was started twice" in said
    assert f"has no decision for {LOOP}" in said
    assert f"{LOOP} in round 1269: no row, and in truth missed" in said
    assert f"{bench.paths.overview.name} is not what the log gives" in said


def test_a_damaged_log_is_all_that_it_tells(tmp_path):
    bench = going(tmp_path)
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b"codex", b"kodex", 1))

    said = oracle.complaints(bench)

    assert said
    assert all(one.startswith("the log: ") for one in said)
