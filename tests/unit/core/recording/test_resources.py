from nab.core.recording.resources import Gap, Gpu, GpuUse, Sample, gaps, oom_kills, starved, summary


def sample(second, **values):
    time = f"2026-05-16T13:{second // 60:02d}:{second % 60:02d}.000Z"
    return Sample(
        **(
            {"time": time, "cpu_seconds": 0.0, "processes": 1, "memory_bytes": 1, "memory_peak_bytes": 1}
            | values
        )
    )


def test_samples_in_time_have_no_gap_and_a_late_one_is_none_yet():
    assert gaps([sample(0, started=True), sample(10), sample(29)], 10) == ()
    assert gaps([], 10) == () and gaps([sample(0)], 10) == ()


def test_a_monitor_that_was_killed_and_started_again_leaves_a_gap_that_says_so():
    found = gaps([sample(0, started=True), sample(10), sample(50, started=True), sample(60, last=True)], 10)

    assert found == (Gap("2026-05-16T13:00:10.000Z", "2026-05-16T13:00:50.000Z", 40.0, restarted=True),)


def test_a_machine_that_slept_leaves_a_gap_without_a_restart():
    (gap,) = gaps([sample(0, started=True), sample(40)], 10)
    assert (gap.seconds, gap.restarted) == (40.0, False)


def test_a_monitor_that_did_not_live_to_see_the_end_leaves_a_gap_until_then():
    seen = [sample(0, started=True), sample(10)]

    assert gaps(seen, 10, "2026-05-16T13:01:00.000Z")[0].seconds == 50
    assert gaps([*seen, sample(12, last=True)], 10, "2026-05-16T13:01:00.000Z") == ()


def test_kills_add_up_over_restarts_of_the_box_and_unknown_is_not_zero():
    assert oom_kills([sample(0, oom_kills=0), sample(1, oom_kills=2), sample(2, oom_kills=1)]) == 3
    assert oom_kills([sample(0, oom_kills=0)]) == 0
    assert oom_kills([sample(0)]) is None


def test_a_summary_adds_up_what_the_samples_counted():
    ours = Gpu(index=0, busy_percent=50, box=GpuUse(processes=1))
    theirs = Gpu(index=1, busy_percent=100, box=GpuUse(), other=GpuUse(processes=3))
    seen = [
        sample(0, started=True, cpu_seconds=1.0, memory_peak_bytes=5, read_bytes=10),
        sample(10, cpu_seconds=4.0, memory_peak_bytes=9, read_bytes=30, gpus=(ours, theirs), processes=8),
        sample(20, cpu_seconds=5.5, memory_peak_bytes=9, oom_kills=1, sent_bytes=7, gpus=(ours,), last=True),
    ]

    found = summary(seen, 10)

    assert (found.cpu_seconds, found.memory_peak_bytes, found.oom_kills, found.processes_peak) == (
        5.5,
        9,
        1,
        8,
    )
    assert (found.read_bytes, found.sent_bytes, found.samples, found.gaps) == (30, 7, 3, ())
    assert (found.gpu_busy_seconds, found.gpu_held_seconds) == (20.0, 20.0)


def gpu(index, joules, processes=1):
    return Gpu(index=index, energy_joules=joules, box=GpuUse(processes=processes))


def test_joules_are_those_of_gpus_that_the_box_held_while_it_did():
    seen = [
        sample(0, gpus=(gpu(0, 100.0), gpu(1, 0.0, processes=0))),
        sample(10, gpus=(gpu(0, 350.5), gpu(1, 900.0, processes=0))),
        sample(20, gpus=(gpu(0, 10.0), gpu(1, 950.0))),  # the driver was loaded again
        sample(30, gpus=(gpu(0, 15.0, processes=0), gpu(1, 951.0))),
        sample(40, last=True),
    ]

    assert summary(seen, 10).gpu_energy_joules == 250.5 + 50.0 + 1.0


def test_a_gpu_that_does_not_tell_its_energy_is_none_and_not_zero():
    assert (
        summary([sample(0, gpus=(gpu(0, None),)), sample(10, gpus=(gpu(0, None),))], 10).gpu_energy_joules
        is None
    )
    assert summary([sample(0), sample(10)], 10).gpu_energy_joules is None


def test_a_gap_does_not_count_as_gpu_time():
    busy = Gpu(index=0, busy_percent=100, box=GpuUse(processes=1))

    assert summary([sample(0, gpus=(busy,)), sample(1000, gpus=(busy,))], 10).gpu_busy_seconds == 20


def test_a_kill_below_the_limit_of_the_box_was_for_lack_of_the_machines_memory():
    assert starved([sample(0, oom_kills=1, memory_limit_hits=0)])
    assert starved([sample(0, oom_kills=1, memory_limit_hits=7, out_of_memory=0)]), (
        "page cache hits the limit too"
    )
    assert not starved([sample(0, oom_kills=1, memory_limit_hits=7)])
    assert not starved([sample(0, oom_kills=1, memory_limit_hits=7, out_of_memory=1)])
    assert not starved([sample(0, oom_kills=0, memory_limit_hits=0), sample(1)])
    assert not starved([])
