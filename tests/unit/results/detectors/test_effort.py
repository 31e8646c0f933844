from nab.results.detectors import effort
from nab.results.detectors.effort import Effort
from nab.results.detectors.records import Call, Model, Run, Sample


def test_seconds_are_of_one_kind_each_and_add_up_to_the_wall():
    run = Run(
        run="r",
        entrant="e",
        began=0,
        until=1000,
        sessions=((100, 900),),
        paused=((850, 950),),
        quota=((200, 220),),
        windows=((600, 650),),
        models=(Model(id="m", at=100, until=150), Model(id="m", at=210, until=260)),
        calls=(Call(id="c", at=140, until=200, name="Bash"), Call(id="d", at=300, until=500, name="Bash")),
        samples=(
            Sample(at=300, cpu_seconds=0),
            Sample(at=400, cpu_seconds=90),
            Sample(at=500, cpu_seconds=92),
        ),
    )

    found = effort.of_run(run)

    assert found == {
        Effort.PAUSED: 100, Effort.QUOTA: 20, Effort.WINDOW: 50, Effort.THINKING: 90, Effort.TRAINING: 100,
        Effort.TOOL: 150, Effort.IDLE: 340, Effort.DEAD: 150,
    }  # fmt: skip
    assert sum(found.values()) == 1000


def test_a_run_that_never_began_took_no_time():
    assert sum(effort.of_run(Run(run="r", entrant="e")).values()) == 0
